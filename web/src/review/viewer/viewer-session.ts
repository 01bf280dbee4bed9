/**
 * What the viewer needs of the open review; `ReviewSession` is one. Written as a type so that the viewer can be shown over
 * other volumes. Voxel indices and points as in src/core/coordinates.ts.
 */

import type { Vector3, VoxelPoint } from "#core/coordinates.ts";
import type { Plane } from "#editing/tools/plane.ts";
import type { Grid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import type { BrushSettings, HuWindow, ReviewState, Tool } from "../session/review-state.ts";

export type ViewerCt = {
  readonly grid: Grid;
  readonly hu: Int16Array;
  isLoaded(k: number): boolean;
  whenLoaded(k: number): Promise<void>;
  onSlices(listener: (slices: readonly number[]) => void): () => void;
};

export type ViewerSession = {
  readonly ct: ViewerCt;
  subscribe(listener: () => void): () => void;
  getState(): ReviewState;
  maskOf(sourceId: string): Mask | undefined;
  /** Voxels inside of each slice of a structure; changes in place. */
  sliceVoxels(structureId: string): Int32Array;
  setCursor(point: Vector3): void;
  moveSlice(plane: Plane, delta: number): void;
  setWindow(window: HuWindow): void;
  setTool(tool: Tool): void;
  setBrush(part: Partial<BrushSettings>): void;
  setDisplay(part: Partial<Pick<ReviewState, "fillOpacity" | "contourVisible" | "crosshairVisible">>): void;
  beginStroke(kind: "brush" | "eraser"): void;
  extendStroke(plane: Plane, from: VoxelPoint, to: VoxelPoint): void;
  endStroke(): void;
  cancelStroke(): void;
  applyOutline(plane: Plane, index: number, outline: Float64Array, value: 0 | 1): void;
  segmentBox(box: { from: Vector3; to: Vector3 }): Promise<void>;
  segmentClick(point: Vector3): Promise<void>;
  interpolate(): void;
  copySlice(to: "above" | "below"): void;
  smooth(mode: "slice" | "volume"): void;
  fillHoles(): void;
  keepLargest(): void;
  undo(): void;
  redo(): void;
  slicePresented(k: number): void;
  touch(): void;
};

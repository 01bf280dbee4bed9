/**
 * Masks as shapes to draw: outlines along voxel edges (never through centres) or smoothed, as paths in continuous (u, v), and the
 * three colours of a comparison as a small image. Kept for as long as the masks' revisions stay the same.
 */

import type { Polygon } from "#geometry/fill-polygons.ts";
import type { Mask } from "#geometry/mask.ts";
import { traceBoundaries } from "#geometry/trace-boundaries.ts";
import type { ViewSettings } from "../session/view-settings.ts";
import { cutMaskSlice, type MaskSlice } from "./image/reslice.ts";
import type { PlaneGeometry } from "./plane-geometry.ts";
import { smoothOutline } from "./smooth-outline.ts";

/** Colours as in the paper's figures. */
export const comparisonColours = {
  reference: [64, 200, 96],
  other: [235, 64, 52],
  both: [250, 214, 40],
} as const;

/** An image of whole voxels: its upper left voxel is (u0, v0), v not flipped. */
type VoxelImage = { readonly canvas: HTMLCanvasElement; readonly u0: number; readonly v0: number };

type Outlined = {
  readonly id: string;
  readonly revision: string;
  readonly mask: Mask;
  readonly style: ViewSettings["outline"];
};

type Compared = { readonly reference: Mask; readonly other: Mask };

export class SliceShapes {
  readonly #geometry: PlaneGeometry;
  readonly #outlines = new Map<string, Kept<Path2D | null>>();
  readonly #comparisons = new Map<string, Kept<VoxelImage | null>>();

  constructor(geometry: PlaneGeometry) {
    this.#geometry = geometry;
  }

  /** The outline of `mask` on slice `w`; null if it is empty there. `revision` says which state of the mask this is. */
  outline({ id, revision, mask, style }: Outlined, w: number): Path2D | null {
    return recall(this.#outlines, `${style}/${id}/${w}`, revision, () => {
      const slice = cutMaskSlice(mask.data, mask.grid, this.#geometry, w);
      return slice && pathOf(slice, style);
    });
  }

  /** Reference only, other only and both in the paper's colours, opaque. */
  comparison(key: string, revision: string, { reference, other }: Compared, w: number): VoxelImage | null {
    return recall(this.#comparisons, `${key}/${w}`, revision, () =>
      comparisonImage(
        cutMaskSlice(reference.data, reference.grid, this.#geometry, w),
        cutMaskSlice(other.data, other.grid, this.#geometry, w),
      ),
    );
  }
}

type Kept<T> = { readonly revision: string; readonly value: T };

/** A path of a slice is a few kB. */
const keptShapes = 400;

function recall<T>(shapes: Map<string, Kept<T>>, key: string, revision: string, make: () => T): T {
  const shape = shapes.get(key);
  if (shape?.revision === revision) return shape.value;
  const value = make();
  shapes.delete(key);
  shapes.set(key, { revision, value });
  if (shapes.size > keptShapes) {
    for (const oldest of shapes.keys()) {
      shapes.delete(oldest);
      break;
    }
  }
  return value;
}

function pathOf(slice: MaskSlice, style: ViewSettings["outline"]): Path2D {
  const path = new Path2D();
  for (const { outer, holes } of traceBoundaries(slice.data, slice.width, slice.height)) {
    const exact = [outer, ...holes];
    addPolygons(path, style === "smooth" ? exact.map(smoothOutline) : exact, slice);
  }
  return path;
}

function addPolygons(path: Path2D, polygons: readonly Polygon[], { u0, v0 }: MaskSlice): void {
  for (const polygon of polygons) {
    for (let at = 0; at < polygon.length; at += 2) {
      if (at === 0) path.moveTo(polygon[0] + u0, polygon[1] + v0);
      else path.lineTo(polygon[at] + u0, polygon[at + 1] + v0);
    }
    path.closePath();
  }
}

function comparisonImage(reference: MaskSlice | null, other: MaskSlice | null): VoxelImage | null {
  const slices = [reference, other].filter((slice) => slice !== null);
  if (slices.length === 0) return null;
  const u0 = Math.min(...slices.map((slice) => slice.u0));
  const v0 = Math.min(...slices.map((slice) => slice.v0));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(...slices.map((slice) => slice.u0 + slice.width)) - u0;
  canvas.height = Math.max(...slices.map((slice) => slice.v0 + slice.height)) - v0;
  const image = new ImageData(canvas.width, canvas.height);
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      const inReference = isInside(reference, u0 + x, v0 + y);
      const inOther = isInside(other, u0 + x, v0 + y);
      if (!inReference && !inOther) continue;
      const [red, green, blue] =
        comparisonColours[inReference && inOther ? "both" : inReference ? "reference" : "other"];
      const at = 4 * (y * canvas.width + x);
      image.data[at] = red;
      image.data[at + 1] = green;
      image.data[at + 2] = blue;
      image.data[at + 3] = 255;
    }
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return { canvas, u0, v0 };
}

function isInside(slice: MaskSlice | null, u: number, v: number): boolean {
  if (!slice) return false;
  const [x, y] = [u - slice.u0, v - slice.v0];
  return x >= 0 && y >= 0 && x < slice.width && y < slice.height && slice.data[y * slice.width + x] === 1;
}

/**
 * Every way in which a mask changes, one entry each: the log knows these names, and whatever asks who made a change, what it
 * is called and what it counts for asks here. What the page shows of them is web/src/review/tools.ts; how they change a mask
 * is editing/.
 */

type EditKindEntry = {
  /** As in "Undo brush stroke" and in the list of what was done. */
  readonly words: string;
  /**
   * `hand`: the person decides where the contour runs. `computed`: the program does; such a contour is SEMIAUTOMATIC (PS3.3
   * C.8.8.5, ROI Generation Algorithm). `history`: an earlier change is taken back or made again, none is made.
   */
  readonly by: "hand" | "computed" | "history";
  /** The slices that it changes are drawn ones: interpolation takes them as given. */
  readonly draws: boolean;
  /** Its time counts as contouring by hand in the time study. False where a network is asked. */
  readonly manualTime: boolean;
  /** Made with the left mouse button in an image: the page has a tool of this name. */
  readonly pointer?: true;
};

export const editKinds = {
  brush: { words: "brush stroke", by: "hand", draws: true, manualTime: true, pointer: true },
  eraser: { words: "eraser stroke", by: "hand", draws: true, manualTime: true, pointer: true },
  nudge: { words: "nudge of the border", by: "hand", draws: true, manualTime: true, pointer: true },
  "freehand-add": { words: "added outline", by: "hand", draws: true, manualTime: true, pointer: true },
  "freehand-subtract": { words: "cut outline", by: "hand", draws: true, manualTime: true, pointer: true },
  interpolate: { words: "interpolation", by: "computed", draws: false, manualTime: true },
  "copy-slice": { words: "copied slice", by: "hand", draws: true, manualTime: true },
  smooth: { words: "smoothing", by: "computed", draws: false, manualTime: true },
  /** By a distance in millimetres that the person chose. */
  grow: { words: "growth", by: "computed", draws: false, manualTime: true },
  shrink: { words: "shrinking", by: "computed", draws: false, manualTime: true },
  "fill-holes": { words: "filled holes", by: "hand", draws: false, manualTime: true },
  "keep-largest": { words: "removal of smaller parts", by: "hand", draws: false, manualTime: true },
  "clear-slice": { words: "cleared slice", by: "hand", draws: false, manualTime: true },
  "segment-box": {
    words: "segmentation in a box",
    by: "computed",
    draws: false,
    manualTime: false,
    pointer: true,
  },
  "segment-click": {
    words: "segmentation from a click",
    by: "computed",
    draws: false,
    manualTime: false,
    pointer: true,
  },
  "segment-anew": {
    words: "replacement from a click",
    by: "computed",
    draws: false,
    manualTime: false,
    pointer: true,
  },
  threshold: { words: "model threshold", by: "computed", draws: false, manualTime: false },
  margin: { words: "margin", by: "computed", draws: false, manualTime: true },
  /** Changes no voxel: from here on a derived structure no longer follows its sources. */
  unlink: { words: "unlinking", by: "hand", draws: false, manualTime: true },
  union: { words: "union", by: "computed", draws: false, manualTime: true },
  intersection: { words: "intersection", by: "computed", draws: false, manualTime: true },
  difference: { words: "difference", by: "computed", draws: false, manualTime: true },
  crop: { words: "crop from a structure", by: "computed", draws: false, manualTime: true },
  ring: { words: "ring", by: "computed", draws: false, manualTime: true },
  /** Of what came with the CT: drawn elsewhere, before the review. */
  "copy-structure": { words: "copied structure", by: "computed", draws: false, manualTime: false },
  /** Changes no voxel: the log's structure entry beside it takes the structure away. */
  "remove-structure": { words: "removal of a structure", by: "hand", draws: false, manualTime: true },
  undo: { words: "undo", by: "history", draws: false, manualTime: true },
  redo: { words: "redo", by: "history", draws: false, manualTime: true },
} as const satisfies Record<string, EditKindEntry>;

export type EditKind = keyof typeof editKinds;

/** Those of the left mouse button. */
export type PointerEditKind = {
  [Kind in EditKind]: (typeof editKinds)[Kind] extends { pointer: true } ? Kind : never;
}[EditKind];

export const editKindNames = Object.keys(editKinds) as EditKind[];

/** What is asked of a kind that is known only when the program runs. */
export function editKind(kind: EditKind): EditKindEntry {
  return editKinds[kind];
}

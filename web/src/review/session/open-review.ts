/** Everything that a review page begins with: the case, the review, each structure's mask as the log left it. */

import type { CaseDetail } from "#contract/workspace/case.ts";
import type { Review, ReviewStructure, StructureType } from "#contract/workspace/review.ts";
import { type StructureTemplate, templateEntry } from "#contract/workspace/structure-template.ts";
import type { Vector3 } from "#core/coordinates.ts";
import { patientPoint } from "#core/coordinates.ts";
import { base64ToBytes } from "#editing/patch/base64.ts";
import { decodePatch } from "#editing/patch/patch-codec.ts";
import type { Grid } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { call } from "../../server/api.ts";
import { CtStore } from "./ct/ct-store.ts";
import { History } from "./history.ts";
import { MaskSources } from "./mask-sources.ts";
import { unsavedWork } from "./record/unsaved-work.ts";
import { largestSlice } from "./slice-targets.ts";
import { StructureModel } from "./structure-model.ts";

export type OpenOptions = {
  readonly start: "assisted" | "manual";
  readonly reviewer: string;
  /** Begin anew even if a review of that start is open. */
  readonly fresh: boolean;
  /** This one, open or signed, instead: a signed review is looked at without beginning a new one. */
  readonly reviewId?: string;
};

export type ReviewParts = Awaited<ReturnType<typeof openReviewParts>>;
export type ReplayedLog = Awaited<ReturnType<typeof replayLog>>;

type Colour = readonly [number, number, number];
/** GTV red, CTV orange, PTV blue; further ones differ in hue and lightness. */
const colours: Record<StructureType, readonly Colour[]> = {
  GTV: [
    [255, 64, 64],
    [255, 120, 180],
    [200, 90, 255],
    [255, 170, 120],
  ],
  CTV: [
    [255, 160, 40],
    [255, 205, 90],
  ],
  PTV: [
    [70, 140, 255],
    [90, 200, 255],
  ],
  ORGAN: [
    [80, 200, 140],
    [150, 220, 90],
    [60, 200, 210],
  ],
  EXTERNAL: [[200, 200, 200]],
  AVOIDANCE: [[190, 170, 90]],
};

/** The template's where it has the name, else the first colour of the type that no structure has. */
export function colourFor(
  template: StructureTemplate,
  { name, type }: Pick<ReviewStructure, "name" | "type">,
  structures: readonly { readonly colour: Colour }[],
): [number, number, number] {
  const entry = templateEntry(template, name);
  if (entry?.type === type) return [...entry.colour];
  const takenColours = new Set(structures.map(({ colour }) => colour.join()));
  const free = colours[type].find((colour) => !takenColours.has(colour.join())) ?? colours[type][0];
  return [free[0], free[1], free[2]];
}

/**
 * Everything is asked for at once: the first image must not wait for masks, nor masks for the review. Throws `RequestError`.
 */
export async function openReviewParts(detail: CaseDetail, { start, reviewer, fresh, reviewId }: OpenOptions) {
  const caseId = detail.summary.id;
  const grid = gridOf(detail);
  const ct = new CtStore(caseId, grid, firstSlice(detail, start));
  const page = { tab: crypto.randomUUID(), reviewer };
  try {
    // Left a moment ago, perhaps: what was drawn there is part of the log first.
    await unsavedWork.settled();
    const sources = new MaskSources(caseId, grid);
    const { automatic } = detail;
    const early = automatic === null || start === "manual" ? undefined : sources.load(automatic.id);
    const opened =
      reviewId === undefined
        ? call("openReview", { caseId }, { tab: page.tab, start, reviewer, fresh })
        : call("showReview", { reviewId }, undefined);
    const [review, template] = await Promise.all([opened, call("structureTemplate", {}, undefined), early]);
    const act = review.state === "open" ? "write" : "look";
    const [attendance, log] = await Promise.all([
      call("attend", { reviewId: review.id }, { ...page, act }),
      replayLog(review, grid, sources),
    ]);
    const cursor = firstCursor(detail, log.structures);
    return { detail, review, template, page, attendance, ct, ...log, sources, cursor };
  } catch (cause) {
    ct.dispose();
    throw cause;
  }
}

/** What the log comes to. Throws `RequestError`. */
export async function replayLog(review: Review, grid: Grid, sources: MaskSources) {
  const edits = review.edits.map((edit) => ({
    ...edit,
    patch: decodePatch(base64ToBytes(edit.patch), grid),
    stroke: edit.stroke,
    level: edit.level,
  }));
  const replay = async (structure: ReviewStructure): Promise<StructureModel> => {
    const model = new StructureModel(structure, await firstMask(structure, grid, sources));
    for (const edit of edits) if (edit.structureId === structure.id) model.apply(edit.patch);
    return model;
  };
  const structures = await Promise.all(review.structures.map(replay));
  const removed = await Promise.all(review.removedStructures.map(replay));
  const history = new History();
  for (const edit of edits) history.replay(edit);
  return { structures, removed, history };
}

function gridOf({ grid: { size, spacingMm, origin, axes } }: CaseDetail): Grid {
  return { size, spacingMm, origin: patientPoint(...origin), axes };
}

/** What a structure began with: a copy, for the source itself is compared with later. */
export async function firstMask(
  { beganWith }: Pick<ReviewStructure, "beganWith">,
  grid: Grid,
  sources: MaskSources,
): Promise<Mask> {
  if (beganWith === null) return emptyMask(grid);
  const { data } = await sources.load(beganWith);
  return { grid, data: data.slice() };
}

/** The largest slice of what the review begins with, as far as that is known before anything is loaded. */
function firstSlice({ grid, automatic }: CaseDetail, start: OpenOptions["start"]): number {
  const voxels = start === "assisted" ? (automatic?.gtvVoxels ?? []) : [];
  return largestSlice(voxels) ?? grid.size[2] >> 1;
}

/** The middle of the first structure's largest slice; the middle of the CT where nothing is drawn. */
function firstCursor({ grid: { size } }: CaseDetail, [first]: readonly StructureModel[]): Vector3 {
  const largest = largestSlice(first.sliceVoxels);
  if (largest === null) return [size[0] >> 1, size[1] >> 1, size[2] >> 1];
  const [ni, nj] = size;
  let [sumI, sumJ, count] = [0, 0, 0];
  for (let at = 0; at < ni * nj; at++) {
    if (first.mask.data[largest * ni * nj + at] === 0) continue;
    sumI += at % ni;
    sumJ += Math.floor(at / ni);
    count++;
  }
  return [Math.round(sumI / count), Math.round(sumJ / count), largest];
}

/**
 * The label desk: which of a patient's ROIs is the primary tumour and which are nodes, duplicates or something else, by
 * name and volume. Rules, in this order: an ROI whose name says node is none of the candidates; of equal masks the first
 * counts; a single candidate is the tumour; a single candidate whose name says primary is it; a candidate at least
 * `dominance` times as large as the next is it; else a person decides.
 */
import type { ChoiceReason, RoiEntry, RoiRole } from "#contract/cohort-manifest.ts";
import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import { selectRois } from "#dicom/rtstruct/select-rois.ts";
import { refuseLoss } from "#patients/masks/refuse-loss.ts";

/** Connected parts smaller than this are tiny islands: a ball of 5.8 mm, less than a slice's thickness and a few pixels. */
export const tinyIslandCc = 0.1;

/** By this factor in volume the largest candidate is taken for the primary tumour. */
export const dominance = 5;

const nodeNames = [
  /(^|[^a-z])(ln|lns|lk|nodes?|nodal|lymph[a-z]*|adenopath[a-z]*)([^a-z]|$)/i,
  /^i?gtv[\s_-]*(n\d*|ln\w*|nod\w*|lymph\w*)([\s_-]|$)/i,
];
const primaryNames = [
  /^i?gtv[\s_-]*(p|t|prim\w*|tum\w*|0*1)([\s_-]|$)/i,
  /(^|[^a-z])(primary|tumou?r|cancer)([^a-z]|$)/i,
];

export type MeasuredRoi = Omit<RoiEntry, "role" | "candidate" | "duplicateOf"> & {
  /** Digest of the mask; undefined for an empty one, which is no candidate and no duplicate. */
  readonly maskDigest: string | undefined;
  /** What its mask lacks. */
  readonly losses: readonly Finding[];
};

export type LabelDecision = {
  readonly rois: RoiEntry[];
  /** Positions of the primary tumour; empty if undecided. */
  readonly primary: number[];
  readonly chosen: ChoiceReason;
};

/**
 * Throws `no-such-roi` naming what there is if no ROI with voxels matches `pattern`, `usage` for a bad pattern; if one that
 * may be the tumour lost a contour, by the code of that, since its volume decides.
 */
export function decideLabels(
  measured: readonly MeasuredRoi[],
  pattern: string,
  where: string,
): LabelDecision {
  const matching = selectRois(measured, pattern, where);
  refuseLoss(
    matching.filter(({ name }) => !isNode(name)).flatMap(({ losses }) => losses),
    where,
  );
  const first = (digest: string | undefined): number =>
    measured.findIndex((other) => digest !== undefined && other.maskDigest === digest);
  const candidates = measured
    .map((_, index) => index)
    .filter((index) => {
      const roi = measured[index];
      return matching.includes(roi) && roi.maskDigest !== undefined && !isNode(roi.name);
    })
    .filter((index, at, all) => {
      const digest = measured[index].maskDigest;
      return all.findIndex((other) => measured[other].maskDigest === digest) === at;
    });
  if (candidates.length === 0) {
    throw new DelineateError(
      "no-such-roi",
      `${where} has no tumour with voxels among the ROIs that match ${pattern}: ${matching.map(({ name }) => name).join(", ")} (nodes or empty).`,
    );
  }
  const { primary, chosen } = choosePrimary(measured, candidates);
  const rois = measured.map(({ maskDigest, losses: _, ...roi }, index): RoiEntry => {
    const original = first(maskDigest);
    const duplicate = original >= 0 && original !== index && !primary.includes(index);
    const role: RoiRole = primary.includes(index)
      ? "primary"
      : isNode(roi.name)
        ? "node"
        : duplicate
          ? "duplicate"
          : "other";
    const candidate = matching.includes(measured[index]);
    return { ...roi, role, candidate, ...(duplicate ? { duplicateOf: original } : {}) };
  });
  return { rois, primary, chosen };
}

export function isNode(name: string): boolean {
  return nodeNames.some((expression) => expression.test(name.trim()));
}

function choosePrimary(
  rois: readonly MeasuredRoi[],
  candidates: readonly number[],
): { primary: number[]; chosen: ChoiceReason } {
  if (candidates.length === 1) return { primary: [candidates[0]], chosen: "only match" };
  const named = candidates.filter((index) =>
    primaryNames.some((expression) => expression.test(rois[index].name.trim())),
  );
  if (named.length === 1) return { primary: named, chosen: "by name" };
  const [largest, next] = [...candidates].sort((a, b) => rois[b].volumeCc - rois[a].volumeCc);
  if (rois[largest].volumeCc >= dominance * rois[next].volumeCc)
    return { primary: [largest], chosen: "by volume" };
  return { primary: [], chosen: "undecided" };
}

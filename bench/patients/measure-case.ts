/**
 * A model on one case: the contour as `delineate segment` makes it, and every figure of the table. Figures that the case does
 * not give are null: overlap without a contour, boxes without boxes, millimetres and volumes without a spacing.
 */
import { silentProgress } from "#core/progress.ts";
import { evaluatePair } from "#evaluate/evaluate-pair.ts";
import type { MetricName } from "#evaluate/metrics.ts";
import { type Mask, volumeCc } from "#geometry/mask.ts";
import type { RunnableModel } from "#model/run/load-model.ts";
import { type ContouredCt, contourCt } from "#segment/contour-ct.ts";
import { compareWithBoxes } from "../real-ct/boxes.ts";
import type { Group, MeasuredCase } from "./measured-case.ts";

export type MeasuredRow = {
  readonly name: string;
  readonly group: Group;
  readonly dsc: number | null;
  readonly hd95Mm: number | null;
  readonly surfaceDsc2Mm: number | null;
  /** Percent of the reference beyond the automatic contour and 6 mm, the smaller of the two margins to a CTV. */
  readonly outsideCtv: number | null;
  /** The same beyond that CTV and the usual margin to a PTV. */
  readonly outsidePtv: number | null;
  /** Whether of no piece of the tumour a tenth is covered. */
  readonly missed: boolean | null;
  readonly referenceCc: number | null;
  readonly automaticCc: number | null;
  /** Mean over the slices with a box. */
  readonly boxIou: number | null;
  /** Percent of the contour outside all boxes. */
  readonly outsideBoxes: number | null;
  /** What the program says that its contour is worth, without knowing the reference. */
  readonly expectedDsc: number | null;
  /** Whether the program warns of its contour. */
  readonly doubtful: boolean | null;
  /** Of the contouring alone, without reading the CT. */
  readonly seconds: number;
};

export type Measurement = { readonly row: MeasuredRow; readonly mask: Mask };

export async function measureCase(measured: MeasuredCase, model: RunnableModel): Promise<Measurement> {
  const before = performance.now();
  const contoured = await contourCt(measured.ct, model, { cleanUp: "tumour", progress: silentProgress });
  const seconds = (performance.now() - before) / 1000;
  const { name, group, spacingKnown } = measured;
  const row: MeasuredRow = {
    name,
    group,
    ...againstContour(measured, contoured.mask),
    ...againstBoxes(measured, contoured.mask),
    automaticCc: spacingKnown ? volumeCc(contoured.mask) : null,
    ...worthOf(contoured),
    seconds,
  };
  return { row, mask: contoured.mask };
}

type Worth = { readonly dsc: number | null; readonly doubtful: boolean };

/** Null from a contouring that does not say what its contour is worth. */
function worthOf({ expected }: ContouredCt & { readonly expected?: Worth }) {
  return { expectedDsc: expected?.dsc ?? null, doubtful: expected?.doubtful ?? null };
}

function againstContour({ name, truth, spacingKnown }: MeasuredCase, mask: Mask) {
  const values = truth.kind === "contour" ? evaluatePair(name, truth.mask, mask).volume.values : {};
  const millimetres = (metric: MetricName): number | null => (spacingKnown ? (values[metric] ?? null) : null);
  return {
    dsc: values.dsc ?? null,
    hd95Mm: millimetres("hd95Mm"),
    surfaceDsc2Mm: millimetres("surfaceDsc2Mm"),
    outsideCtv: millimetres("outsideCtvSquamousPercent"),
    outsidePtv: millimetres("outsidePtvSquamousPercent"),
    missed: truth.kind === "contour" ? values.lesionsFound === 0 : null,
    referenceCc: millimetres("referenceCc"),
  };
}

function againstBoxes({ truth }: MeasuredCase, mask: Mask) {
  if (truth.kind !== "boxes") return { boxIou: null, outsideBoxes: null };
  const { mean, outside } = compareWithBoxes(mask, truth.boxes);
  return { boxIou: mean, outsideBoxes: 100 * outside };
}

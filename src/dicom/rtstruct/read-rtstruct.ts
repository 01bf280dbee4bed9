/**
 * An RT Structure Set as plain data (DICOM PS3.3 A.19, C.8.8.5, C.8.8.6, C.8.8.8). Nothing is trusted: ROI numbers start
 * anywhere, point counts lie, references are missing. What is odd is a finding. Voxels are rasterise-roi.ts.
 */

import { type Finding, finding } from "#core/findings.ts";
import { type DataSet, number, numbers, sequence, text } from "#dicom/dataset/dataset.ts";
import type { DrawnOn } from "./ct-of-set.ts";

export const rtStructureSetStorage = "1.2.840.10008.5.1.4.1.1.481.3";

export type Contour = {
  readonly geometricType: string;
  /** x, y, z of each point in patient coordinates (LPS), millimetres. */
  readonly points: Float64Array;
  /** SOP instance UIDs of the images that the contour says it lies on; often empty. */
  readonly referencedImages: readonly string[];
};

export type Roi = {
  readonly number: number;
  readonly name: string;
  /** RT ROI Interpreted Type (GTV, CTV, ORGAN, ...), empty if absent. */
  readonly interpretedType: string;
  readonly generationAlgorithm: string;
  readonly colour: readonly [number, number, number] | undefined;
  readonly frameOfReferenceUid: string | undefined;
  readonly contours: readonly Contour[];
};

export type StructureSet = {
  readonly sopInstanceUid: string;
  readonly label: string;
  readonly approvalStatus: string;
  /** Series that the set refers to; may be none. */
  readonly referencedSeries: readonly string[];
  /** Those of the set and of its ROIs. */
  readonly framesOfReference: readonly string[];
  readonly rois: readonly Roi[];
  readonly findings: readonly Finding[];
};

export function isStructureSet(dataSet: DataSet): boolean {
  return (
    text(dataSet, "00080016") === rtStructureSetStorage ||
    (text(dataSet, "00080060") === "RTSTRUCT" && dataSet.has("30060020"))
  );
}

export function readStructureSet(dataSet: DataSet): StructureSet {
  const findings: Finding[] = [];
  const contourItems = byRoiNumber(sequence(dataSet, "30060039"));
  const observations = byRoiNumber(sequence(dataSet, "30060080"));
  const seen = new Set<number>();
  const rois: Roi[] = [];
  for (const item of sequence(dataSet, "30060020")) {
    const roiNumber = number(item, "30060022");
    const name = text(item, "30060026") ?? "";
    if (roiNumber === undefined) {
      findings.push(finding("warning", "roi-without-number", "An ROI without a number was left out.", name));
      continue;
    }
    if (seen.has(roiNumber))
      findings.push(finding("error", "roi-number-twice", `ROI number ${roiNumber} occurs twice.`, name));
    seen.add(roiNumber);
    const contourItem = contourItems.get(roiNumber);
    if (contourItem === undefined)
      findings.push(finding("info", "roi-without-contours", "The ROI has no contour item.", name));
    const colour = contourItem === undefined ? [] : numbers(contourItem, "3006002A");
    rois.push({
      number: roiNumber,
      name,
      interpretedType: text(observations.get(roiNumber) ?? new Map(), "300600A4") ?? "",
      generationAlgorithm: text(item, "30060036") ?? "",
      colour: colour.length === 3 ? [colour[0], colour[1], colour[2]] : undefined,
      frameOfReferenceUid: text(item, "30060024"),
      contours: contourItem === undefined ? [] : readContours(contourItem, name, findings),
    });
  }
  return {
    sopInstanceUid: text(dataSet, "00080018") ?? "",
    label: text(dataSet, "30060002") ?? "",
    approvalStatus: text(dataSet, "300E0002") ?? "",
    ...readDrawnOn(dataSet),
    rois,
    findings,
  };
}

/** Series of the set's reference tree (PS3.3 C.8.8.5), and the frames of reference of the tree and of the ROIs. */
export function readDrawnOn(dataSet: DataSet): DrawnOn {
  const frames = sequence(dataSet, "30060010");
  const series = frames
    .flatMap((frame) => sequence(frame, "30060012"))
    .flatMap((study) => sequence(study, "30060014"))
    .flatMap((item) => text(item, "0020000E") ?? []);
  const uids = [
    ...frames.flatMap((frame) => text(frame, "00200052") ?? []),
    ...sequence(dataSet, "30060020").flatMap((roi) => text(roi, "30060024") ?? []),
  ];
  return { referencedSeries: [...new Set(series)], framesOfReference: [...new Set(uids)] };
}

function byRoiNumber(items: readonly DataSet[]): Map<number, DataSet> {
  return new Map(
    items.flatMap((item) => {
      const roiNumber = number(item, "30060084");
      return roiNumber === undefined ? [] : [[roiNumber, item] as const];
    }),
  );
}

function readContours(item: DataSet, name: string, findings: Finding[]): Contour[] {
  const contours: Contour[] = [];
  for (const [index, contour] of sequence(item, "30060040").entries()) {
    const where = `${name}, contour ${index + 1}`;
    const values = numbers(contour, "30060050");
    if (values.length === 0 || values.length % 3 !== 0 || values.some((value) => !Number.isFinite(value))) {
      findings.push(
        finding(
          "warning",
          "unreadable-contour",
          `${values.length} coordinates are no whole points; left out.`,
          where,
        ),
      );
      continue;
    }
    const stated = number(contour, "30060046");
    if (stated !== values.length / 3) {
      findings.push(
        finding(
          "warning",
          "point-count",
          `Number of points is given as ${stated}, there are ${values.length / 3}.`,
          where,
        ),
      );
    }
    contours.push({
      geometricType: text(contour, "30060042") ?? "",
      points: Float64Array.from(values),
      referencedImages: sequence(contour, "30060016").flatMap((image) => text(image, "00081155") ?? []),
    });
  }
  return contours;
}

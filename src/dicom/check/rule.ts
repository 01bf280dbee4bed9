/** A rule of the preflight: what planning systems stumble over, found before they do. Each rule is a function over the set. */
import type { Severity } from "#core/findings.ts";
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import type { DataSet } from "#dicom/dataset/dataset.ts";
import type { Roi } from "#dicom/rtstruct/read-rtstruct.ts";

export type Violation = {
  /** Short name of the rule, the same between versions. */
  readonly rule: string;
  readonly severity: Severity;
  /** Where: names and tags from the top, items counted from 1: "ROIContourSequence[2]/ContourSequence[1] (3006,0050)". */
  readonly tagPath: string;
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;
};

/** Rules that need the CT are silent without it. */
export type Rule = (set: DataSet, ct: CtReference | undefined) => Violation[];

/** The same for one ROI as the readers of the set see it. */
export type RoiRule = (roi: Roi, ct: CtReference | undefined) => Violation[];

/** "Name[n]" for items of a sequence, n from 1. */
export function itemPath(name: string, index: number): string {
  return `${name}[${index + 1}]`;
}

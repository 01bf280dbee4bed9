/** A dry run of rules: what each CT series of a folder would be taken by. Nothing is contoured, nothing is sent. */
import { groupSeries } from "#dicom/ct/assemble-ct.ts";
import { tags } from "#dicom/dictionary.ts";
import { ctFramesOf } from "#patients/ct/read-ct-folder.ts";
import { decodeText } from "#patients/decode-text.ts";
import { scanFolder } from "#patients/scan-folder.ts";
import type { Rule } from "./clinic.ts";
import { ruleFor } from "./match-rule.ts";

export type SeriesRule = {
  readonly seriesInstanceUid: string;
  readonly seriesDescription: string;
  readonly images: number;
  /** Undefined where no rule takes it. */
  readonly rule: Rule | undefined;
};

/** In the order of the folder. Throws what scanning it throws. */
export async function rulesOnFolder(rules: readonly Rule[], folder: string): Promise<SeriesRule[]> {
  const { frames } = ctFramesOf(await scanFolder(folder));
  return groupSeries(frames).map(({ seriesInstanceUid, frames: seriesFrames }) => ({
    seriesInstanceUid,
    seriesDescription: decodeText(seriesFrames[0].header, tags.SeriesDescription),
    images: seriesFrames.length,
    rule: ruleFor(rules, seriesFrames[0].header),
  }));
}

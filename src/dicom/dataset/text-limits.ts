/** Lengths that DICOM allows text values (PS3.5 table 6.2-1). Too long is an error, never cut silently. */
import { DelineateError } from "#core/errors.ts";
import { type Element, textElement } from "./dataset.ts";

export const longestText = { SH: 16, LO: 64, ST: 1024, CS: 16, DS: 16, IS: 12, UI: 64, PN: 64 } as const;
type LimitedVr = keyof typeof longestText;

/** A text element of ASCII characters within its VR's length, or a tighter one. Throws `value-too-long`, `invalid-value`. */
export function checkedText(
  vr: LimitedVr,
  value: string,
  where: string,
  longest: number = longestText[vr],
): Element {
  if (value.length > longest) {
    throw new DelineateError(
      "value-too-long",
      `${where} "${value}" has ${value.length} characters; at most ${longest} are allowed. Shorten it.`,
    );
  }
  if (!/^[\x20-\x5b\x5d-\x7e]*$/.test(value)) {
    throw new DelineateError(
      "invalid-value",
      `${where} "${value}" holds characters other than plain ASCII, or a backslash. Rename it.`,
    );
  }
  return textElement(vr, value);
}

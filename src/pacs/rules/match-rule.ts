/** Which rule takes a CT series, by the header of one of its images. */
import type { DataSet } from "#dicom/dataset/dataset.ts";
import { type Keyword, tags } from "#dicom/dictionary.ts";
import { decodeText } from "#patients/decode-text.ts";
import type { Rule } from "./clinic.ts";

/** The first one whose patterns all match; undefined for none. */
export function ruleFor(rules: readonly Rule[], header: DataSet): Rule | undefined {
  return rules.find(({ when }) =>
    Object.entries(when).every(([keyword, pattern]) => {
      // Of several values any one will do; an absent attribute is an empty text.
      const values = decodeText(header, tags[keyword as Keyword]).split("\\");
      return values.some((value) => expression(pattern).test(value.trim()));
    }),
  );
}

/** The whole value: * for any characters, ? for one, case does not count. */
function expression(pattern: string): RegExp {
  const parts = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${parts}$`, "isu");
}

/** All rules of the preflight in the order of a reader: what it is, whose, which ROIs, which contours. */
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import type { DataSet } from "#dicom/dataset/dataset.ts";

import { contoursLieOnSlices, numbersFit, pointsAreWhole } from "./contour-rules.ts";
import { contoursAreOnce, oneContourItem } from "./doubled-rules.ts";
import {
  approvalIsStated,
  characterSetIsKnown,
  everySliceReferenced,
  frameOfReference,
  isRtstruct,
  samePatient,
} from "./identity-rules.ts";
import { algorithmIsStated, namesAreUniqueAndFit, threeSequencesAgree, typesAreKnown } from "./roi-rules.ts";
import type { Rule, Violation } from "./rule.ts";
import { requiredElements, textsFit } from "./text-rules.ts";

const rules: readonly Rule[] = [
  isRtstruct,
  requiredElements,
  textsFit,
  samePatient,
  characterSetIsKnown,
  frameOfReference,
  everySliceReferenced,
  threeSequencesAgree,
  oneContourItem,
  namesAreUniqueAndFit,
  typesAreKnown,
  algorithmIsStated,
  approvalIsStated,
  pointsAreWhole,
  numbersFit,
  contoursLieOnSlices,
  contoursAreOnce,
];

/** Everything that is wrong with the set; with the CT also whether it fits that. An error blocks our own exports. */
export function checkStructureSet(set: DataSet, ct?: CtReference): Violation[] {
  return rules.flatMap((rule) => rule(set, ct));
}

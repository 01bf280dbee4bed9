/** All rules of the preflight in the order of a reader: what it is, whose, which ROIs, which contours. */
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import type { DataSet } from "#dicom/dataset/dataset.ts";
import { readStructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import { contoursLieOnSlices, numbersFit, pointsAreWhole, surfacesAreCertain } from "./contour-rules.ts";
import { contoursAreOnce, oneContourItem } from "./doubled-rules.ts";
import {
  approvalIsStated,
  characterSetIsKnown,
  everySliceReferenced,
  frameOfReference,
  isRtstruct,
  roisLieInNamedFrames,
  samePatient,
} from "./identity-rules.ts";
import {
  algorithmIsStated,
  itemsAreOfRois,
  namesAreUniqueAndFit,
  roisStandInAllSequences,
  typesAreKnown,
} from "./roi-rules.ts";
import type { Rule, Violation } from "./rule.ts";
import { requiredElements, textsOfRoisFit, textsOfSetFit } from "./text-rules.ts";

/** What it is, whose, of which images, and whose the contours are. */
const identityRules: readonly Rule[] = [
  isRtstruct,
  samePatient,
  frameOfReference,
  everySliceReferenced,
  itemsAreOfRois,
  approvalIsStated,
];

const textRules: readonly Rule[] = [requiredElements, textsOfSetFit, characterSetIsKnown];

/** Read once for both rules: a set's contours are many numbers. */
const roisAreRead: Rule = (set, ct) =>
  readStructureSet(set).rois.flatMap((roi) => [...surfacesAreCertain(roi, ct), ...contoursAreOnce(roi, ct)]);

/** What each of these finds is of one ROI. */
const roiRules: readonly Rule[] = [
  roisLieInNamedFrames,
  roisStandInAllSequences,
  oneContourItem,
  namesAreUniqueAndFit,
  textsOfRoisFit,
  typesAreKnown,
  algorithmIsStated,
  pointsAreWhole,
  numbersFit,
  contoursLieOnSlices,
  roisAreRead,
];

/** Everything that is wrong with the set; with the CT also whether it fits that. An error blocks our own exports. */
export function checkStructureSet(set: DataSet, ct?: CtReference): Violation[] {
  return [...identityRules, ...textRules, ...roiRules].flatMap((rule) => rule(set, ct));
}

/**
 * Errors of a set to which the ROIs of `added` were added, which is the set without those that it had. What is wrong with
 * the texts and the ROIs of `existing` is carried over as it is and says nothing against the new ones: the rest refuses them.
 * That the names of new ROIs and old ones differ is for the caller to see to.
 */
export function errorsOfAddition(
  set: DataSet,
  { existing, added, ct }: { readonly existing: DataSet; readonly added: DataSet; readonly ct: CtReference },
): { readonly refusing: readonly Violation[]; readonly carriedOver: readonly Violation[] } {
  const errors = (rules: readonly Rule[], of: DataSet): Violation[] =>
    rules.flatMap((rule) => rule(of, ct)).filter(({ severity }) => severity === "error");
  return {
    refusing: [...errors(identityRules, set), ...errors(roiRules, added)],
    carriedOver: errors([...textRules, ...roiRules], existing),
  };
}

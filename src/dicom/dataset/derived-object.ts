/** What every object derived from a CT has in common: whose it is (copied byte for byte), and references to its slices. */

import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { emptyOf, textOf } from "#dicom/dataset/named-elements.ts";
import { tags } from "#dicom/dictionary.ts";
import type { DataSet, Element } from "./dataset.ts";

/** Type 2 elements of the patient, study and frame of reference modules: written empty where the CT lacks them. */
const requiredIdentity = [
  "StudyDate",
  "StudyTime",
  "AccessionNumber",
  "ReferringPhysicianName",
  "PatientName",
  "PatientID",
  "PatientBirthDate",
  "PatientSex",
  "StudyID",
  "PositionReferenceIndicator",
] as const;

/** Patient, study and frame of reference of the CT, for the start of a new data set. */
export function identityElements(ct: CtReference): Map<string, Element> {
  const elements = new Map<string, Element>(ct.identity);
  for (const keyword of requiredIdentity) if (!elements.has(tags[keyword])) elements.set(...emptyOf(keyword));
  return elements;
}

/** SOP class and instance of slice k, and its frame in a multi-frame object: an item of an image reference sequence. */
export function imageReference(ct: CtReference, k: number): Map<string, Element> & DataSet {
  const { sopClassUid, sopInstanceUid, frameNumber } = ct.slices[k];
  const reference = new Map([
    textOf("ReferencedSOPClassUID", sopClassUid),
    textOf("ReferencedSOPInstanceUID", sopInstanceUid),
  ]);
  if (frameNumber !== undefined) reference.set(...textOf("ReferencedFrameNumber", String(frameNumber)));
  return reference;
}

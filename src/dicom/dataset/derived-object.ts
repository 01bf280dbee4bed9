/** What every object derived from a CT has in common: whose it is (copied byte for byte), and references to its slices. */
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { type DataSet, type Element, textElement } from "./dataset.ts";
import { emptyElement } from "./write-dataset.ts";

/** Type 2 elements of the patient, study and frame of reference modules: written empty where the CT lacks them. */
const requiredIdentity: readonly (readonly [string, string])[] = [
  ["00080020", "DA"],
  ["00080030", "TM"],
  ["00080050", "SH"],
  ["00080090", "PN"],
  ["00100010", "PN"],
  ["00100020", "LO"],
  ["00100030", "DA"],
  ["00100040", "CS"],
  ["00200010", "SH"],
  ["00201040", "LO"],
];

/** Patient, study and frame of reference of the CT, for the start of a new data set. */
export function identityElements(ct: CtReference): Map<string, Element> {
  const elements = new Map<string, Element>(ct.identity);
  for (const [tag, vr] of requiredIdentity) if (!elements.has(tag)) elements.set(tag, emptyElement(vr));
  return elements;
}

/** SOP class and instance of slice k, and its frame in a multi-frame object: an item of an image reference sequence. */
export function imageReference(ct: CtReference, k: number): Map<string, Element> & DataSet {
  const { sopClassUid, sopInstanceUid, frameNumber } = ct.slices[k];
  const reference = new Map([
    ["00081150", textElement("UI", sopClassUid)],
    ["00081155", textElement("UI", sopInstanceUid)],
  ]);
  if (frameNumber !== undefined) reference.set("00081160", textElement("IS", String(frameNumber)));
  return reference;
}

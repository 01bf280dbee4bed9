/** Names of structures after the de-identification: none tells who it is, and each is told from the others. */
import { expect, test } from "vitest";
import { sequence, sequenceElement, text, textElement } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { deidentified } from "./deidentify.ts";

const pseudonym = { name: "P1", shiftDays: -400, uidOf: (uid: string) => `${uid}.1` };

function namesAfter(...names: readonly string[]): (string | undefined)[] {
  const rois = names.map(
    (name, at) =>
      new Map([
        [tags.ROINumber, textElement("IS", String(at + 1))],
        [tags.ROIName, textElement("LO", name)],
      ]),
  );
  const set = new Map([[tags.StructureSetROISequence, sequenceElement(rois)]]);
  const cleaned = deidentified(set, pseudonym, "set.dcm");
  return sequence(cleaned, tags.StructureSetROISequence).map((roi) => text(roi, tags.ROIName));
}

test("a name that is replaced does not become that of another structure", () => {
  expect(namesAfter("GTV", "Smith", "Lung L")).toEqual(["GTV", "ROI 2", "Lung L"]);
  // Two of one name would be taken for one structure by whoever asks for it.
  expect(namesAfter("ROI 2", "Smith", "roi 4", "Jones", "ROI")).toEqual(
    [1, 2, 3, 4, 5].map((number) => `ROI ${number}`),
  );
});

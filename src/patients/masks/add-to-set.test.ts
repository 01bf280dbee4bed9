/** ROIs added to a structure set of another program: its names stay as they read, and nothing of it becomes the new ROI's. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { sequence, sequenceElement, textElement } from "#dicom/dataset/dataset.ts";
import { textOf } from "#dicom/dataset/named-elements.ts";
import { tags } from "#dicom/dictionary.ts";
import { addedGtv, changeDicom, writeCt, writeSet } from "../../../test/archive.ts";

const root = mkdtempSync(join(tmpdir(), "delineate add-to-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const file = join(root, "set.dcm");
let ct: CtVolume;

beforeAll(async () => {
  ct = await writeCt(join(root, "ct"), {
    person: { id: "P-1", name: "Test^One" },
    uidName: "add-to",
    seed: 1,
  });
  writeSet(file, ct, { GTV: [5, 9] });
});

test.each<[string, number[], string]>([
  ["ISO_IR 192", [...Buffer.from("Lunge ä 肺")], "Lunge ä 肺"],
  ["ISO_IR 144", [0xbb, 0xee, 0xda], "Люк"],
  ["\\ISO 2022 IR 87", [...Buffer.from("\x1b$B;3ED\x1b(B", "latin1")], "山田"],
  ["GB18030", [0xcd, 0xf5], "王"],
])("in %s", (characterSet, name, expected) => {
  const existing = changeDicom(readFileSync(file), (dataSet) => {
    const rois = sequence(dataSet, "30060020").map((roi) =>
      new Map(roi).set("30060026", {
        vr: "LO",
        bytes: Uint8Array.from(name.length % 2 ? [...name, 0x20] : name),
      }),
    );
    dataSet.set("30060020", sequenceElement(rois));
    dataSet.set("00080005", textElement("CS", characterSet));
  });
  const rois = addedGtv(ct, { path: "set.dcm", bytes: existing });
  expect(rois.map((roi) => roi.name)).toEqual([expected, "GTV_AUTO"]);
});

test.each([
  ["observations", tags.RTROIObservationsSequence],
  ["contours", tags.ROIContourSequence],
])("%s that a deleted ROI left behind do not become the new ROI's: the set is refused", (_, list) => {
  const existing = changeDicom(readFileSync(file), (dataSet) => {
    const items = sequence(dataSet, list);
    // The one ROI has number 1: without what was left the next one is 2.
    const left = items.map((item) => new Map([...item, textOf("ReferencedROINumber", "2")]));
    dataSet.set(list, sequenceElement([...items, ...left]));
  });
  const add = () => addedGtv(ct, { path: "set.dcm", bytes: existing });
  expect(add).toThrow(/ReferencedROINumber .* found 2, expected the number of an ROI of the set/);
});

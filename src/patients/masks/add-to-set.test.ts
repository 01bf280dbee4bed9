/** ROIs added to a structure set of another program: its names stay as they read, and nothing of it becomes the new ROI's. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { sequence, sequenceElement, text, textElement } from "#dicom/dataset/dataset.ts";
import { textOf } from "#dicom/dataset/named-elements.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { evaluateMasks } from "#evaluate/run/evaluate.ts";
import { findSubject } from "#pictures/run/preview-subject.ts";
import { addedGtv, changeDicom, changeItems, withGtv, writeCt, writeSet } from "../../../test/archive.ts";
import { check } from "../check.ts";
import { convertMasks } from "../convert.ts";

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

test.each([
  ["2147483647", "1"],
  ["2147483646", "2147483647"],
  ["-5", "1"],
])(
  "beside an ROI of the number %s the new one has %s, which an integer string can hold",
  (existingNumber, expected) => {
    const existing = changeDicom(readFileSync(file), (dataSet) => {
      const renumber = (list: string, tag: string): void =>
        changeItems(dataSet, list, (item) => item.set(tag, textElement("IS", existingNumber)));
      renumber(tags.StructureSetROISequence, tags.ROINumber);
      renumber(tags.ROIContourSequence, tags.ReferencedROINumber);
      renumber(tags.RTROIObservationsSequence, tags.ReferencedROINumber);
      renumber(tags.RTROIObservationsSequence, tags.ObservationNumber);
    });
    const { bytes } = withGtv(ct, { path: "set.dcm", bytes: existing });
    const rois = sequence(readDicom(bytes, "the result").dataSet, tags.StructureSetROISequence);
    expect(rois.map((roi) => text(roi, tags.ROINumber))).toEqual([existingNumber, expected]);
  },
);

test.each([
  ["REJECTED", ["was rejected by a person"]],
  ["APPROVED", ["was approved by a person"]],
  ["UNAPPROVED", []],
])("to a set that is %s: the new one is UNAPPROVED, and what a person had said is told", (status, words) => {
  const existing = changeDicom(readFileSync(file), (dataSet) =>
    dataSet.set(tags.ApprovalStatus, textElement("CS", status)),
  );
  const { bytes, findings } = withGtv(ct, { path: "set.dcm", bytes: existing });
  expect(text(readDicom(bytes, "the result").dataSet, tags.ApprovalStatus)).toBe("UNAPPROVED");
  expect(findings.map(({ message }) => /was \w+ by a person/.exec(message)?.[0])).toEqual(words);
});

test("what is wrong with an ROI that was there is told, carried over byte for byte, and refuses nothing else", async () => {
  const couchSet = join(root, "couch.dcm");
  writeSet(couchSet, ct, { GTV: [5, 9], Couch: [2, 20] });
  const broken = changeDicom(readFileSync(couchSet), (dataSet) => {
    dataSet.set(tags.StructureSetLabel, textElement("SH", "A label of more than 16"));
    const [gtv, couch] = sequence(dataSet, tags.ROIContourSequence);
    const beside = sequence(couch, tags.ContourSequence).map((contour) =>
      new Map(contour).set(
        tags.ContourData,
        textElement("DS", "500\\0\\105\\520\\0\\105\\520\\9\\105\\500\\9\\105"),
      ),
    );
    const changedCouch = new Map(couch).set(tags.ContourSequence, sequenceElement(beside));
    dataSet.set(tags.ROIContourSequence, sequenceElement([gtv, changedCouch]));
    const [observed] = sequence(dataSet, tags.RTROIObservationsSequence);
    dataSet.set(tags.RTROIObservationsSequence, sequenceElement([observed]));
  });
  writeFileSync(couchSet, broken);
  expect((await check(couchSet, join(root, "ct"), undefined)).errors).toBeGreaterThan(0);
  const { bytes, findings } = withGtv(ct, { path: couchSet, bytes: broken });
  expect(findings.map(({ severity, code }) => [severity, code])).toEqual([
    ["warning", "preflight-text-length"],
    ["warning", "preflight-three-sequences"],
    ["warning", "preflight-contour-outside"],
  ]);
  expect(findings[2].message).toContain("2 more like it");
  const added = readDicom(bytes, "the result").dataSet;
  const before = readDicom(broken, "before").dataSet;
  for (const list of [
    tags.StructureSetROISequence,
    tags.ROIContourSequence,
    tags.RTROIObservationsSequence,
  ]) {
    const existingItems = sequence(before, list);
    expect(sequence(added, list).slice(0, existingItems.length)).toEqual(existingItems);
    expect(sequence(added, list).length).toBe(existingItems.length + 1);
  }
  // Whoever asks for the ROI that is whole has it; whoever asks for the other one, or for all, is refused.
  const evaluate = (roi: string) =>
    evaluateMasks({
      ...{ reference: couchSet, prediction: file, ct: join(root, "ct"), roi, predictionRoi: "GTV" },
      resample: false,
    });
  expect((await evaluate("GTV")).patients.rows[0].values.dsc).toBe(1);
  const request = { input: couchSet, ct: join(root, "ct"), holes: "keyhole", resample: false } as const;
  const convert = (roi: string | undefined) =>
    convertMasks({ ...request, roi, output: join(root, "gtv.nii.gz"), force: true });
  expect((await convert("GTV")).proofs).toMatchObject([{ roi: "GTV", differingVoxels: 0 }]);
  const subject = (roi: string) =>
    findSubject({ path: join(root, "ct"), patient: undefined, mask: couchSet, roi }, undefined);
  expect((await subject("GTV")).target).toBeDefined();
  const lost = { code: "contour-outside-ct" };
  await expect(evaluate("Couch")).rejects.toMatchObject(lost);
  for (const roi of ["Couch", undefined]) await expect(convert(roi)).rejects.toMatchObject(lost);
  await expect(subject("Couch")).rejects.toMatchObject(lost);
});

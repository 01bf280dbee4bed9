/** What could still tell whose it is: names of structures, which are told from each other too, and what is kept beside the pixels. */
import { expect, test } from "vitest";
import {
  type DataSet,
  type Element,
  sequence,
  sequenceElement,
  text,
  textElement,
} from "#dicom/dataset/dataset.ts";
import { shortsElement } from "#dicom/dataset/write-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { interpretedTypeOf, segmentedProperty } from "#dicom/seg/segmented-property.ts";
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

test("what a segment is stays, a target or not", () => {
  const types = ["GTV", "CONTROL", "ORGAN", ""];
  const segments = types.map((type) => new Map(segmentedProperty(type)));
  const set = new Map([[tags.SegmentSequence, sequenceElement(segments)]]);
  const cleaned = deidentified(set, pseudonym, "seg.dcm");
  expect(sequence(cleaned, tags.SegmentSequence).map(interpretedTypeOf)).toEqual(types);
});

const image = (...more: readonly (readonly [string, Element])[]): DataSet =>
  new Map([
    [tags.Rows, shortsElement([2])],
    [tags.Columns, shortsElement([3])],
    [tags.BitsAllocated, shortsElement([16])],
    [tags.PixelData, { vr: "OW", bytes: Uint8Array.from({ length: 12 }, (_, at) => at) }],
    ...more,
  ]);

test("what follows the image in its pixel data leaves", () => {
  const pixels = Uint8Array.from([...Array(12).keys(), ...Buffer.from("Secret^Name ")]);
  const cleaned = deidentified(image([tags.PixelData, { vr: "OW", bytes: pixels }]), pseudonym, "ct.dcm");
  expect([...(cleaned.get(tags.PixelData)?.bytes ?? [])]).toEqual([...Array(12).keys()]);
});

test("an overlay in the unused bits of the pixels refuses the image; one with data of its own leaves", () => {
  const withOverlay = image(
    ["60000102", shortsElement([0])],
    ["60003000", { vr: "OW", bytes: new Uint8Array(2) }],
  );
  expect(
    [...deidentified(withOverlay, pseudonym, "ct.dcm").keys()].filter((tag) => tag.startsWith("60")),
  ).toEqual([]);
  for (const tag of ["60000102", "601E0102"])
    expect(() => deidentified(image([tag, shortsElement([12])]), pseudonym, "ct.dcm")).toThrow(
      /^ct\.dcm has an overlay in the unused bits/,
    );
});

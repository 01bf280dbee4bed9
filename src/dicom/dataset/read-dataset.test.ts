/** What a file's encoding adds to its values, lengths and ends, is not read as values: it would be written back. */
import { expect, test } from "vitest";
import { joinBytes } from "#core/bytes.ts";
import { tags } from "#dicom/dictionary.ts";
import { type DataSet, type Element, sequenceElement, textElement } from "./dataset.ts";
import { readDicom } from "./read-dataset.ts";
import { encodeDataSet, fileHeader, transferSyntaxes, writeDicomFile } from "./write-dataset.ts";

const contour: DataSet = new Map([["30060042", textElement("CS", "CLOSED_PLANAR ")]]);
const roi: DataSet = new Map<string, Element>([
  ["30060084", textElement("IS", "1 ")],
  ["30060040", sequenceElement([contour, contour])],
]);
const original: DataSet = new Map<string, Element>([
  [tags.SOPClassUID, textElement("UI", "1.2")],
  [tags.SOPInstanceUID, textElement("UI", "1.3")],
  ["30060039", sequenceElement([roi, new Map()])],
]);

const [start, end, sequenceEnd] = [0xe000, 0xe00d, 0xe0dd].map((element) => (length: number) => {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfffe, true);
  view.setUint16(2, element, true);
  view.setUint32(4, length, true);
  return bytes;
});
const undefinedLength = 0xffffffff;

/** Implicit VR, sequences and items of undefined length, before every group its length, which is not right. */
function delimited(dataSet: DataSet): Uint8Array {
  const elements = [...dataSet].sort(([a], [b]) => (a < b ? -1 : 1));
  return joinBytes(
    elements.flatMap(([tag, element], at) => {
      const group = tag.slice(0, 4);
      const begins = elements[at - 1]?.[0].slice(0, 4) !== group;
      const length = begins ? [implicit(`${group}0000`, { vr: "UL", bytes: Uint8Array.of(9, 9, 0, 0) })] : [];
      if (element.items === undefined) return [...length, implicit(tag, element)];
      const header = implicit(tag, sequenceElement([])).fill(0xff, 4);
      const items = element.items.flatMap((item) => [start(undefinedLength), delimited(item), end(0)]);
      return [...length, header, ...items, sequenceEnd(0)];
    }),
  );
}

function implicit(tag: string, element: Element): Uint8Array {
  return encodeDataSet(new Map([[tag, element]]), false);
}

test("items of undefined length and group lengths: what is read is written as if they had not been there", () => {
  const syntax = transferSyntaxes.implicitLittleEndian;
  const header = fileHeader({ sopClassUid: "1.2", sopInstanceUid: "1.3", transferSyntaxUid: syntax });
  const { dataSet } = readDicom(joinBytes([header, delimited(original)]), "it");
  expect([...dataSet.keys()]).toEqual([...original.keys()]);
  expect(writeDicomFile(dataSet, syntax)).toEqual(writeDicomFile(original, syntax));
});

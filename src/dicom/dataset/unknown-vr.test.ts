/** Elements and sequences that came through a system without their VR: the same data set as with it (PS3.5 6.2.2). */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type DataSet,
  type Element,
  numbers,
  sequence,
  sequenceElement,
  text,
  textElement,
} from "./dataset.ts";
import { readDicom } from "./read-dataset.ts";
import { shortsElement, transferSyntaxes, writeDicomFile } from "./write-dataset.ts";

const contour: DataSet = new Map([
  ["30060042", textElement("CS", "CLOSED_PLANAR")],
  ["30060050", textElement("DS", "1\\2\\3")],
]);
const original: DataSet = new Map<string, Element>([
  ["00080005", textElement("CS", "ISO_IR 192")],
  ["00080016", textElement("UI", "1.2.3")],
  ["00080018", textElement("UI", "1.2.4")],
  ["00100010", { vr: "PN", bytes: new Uint8Array(Buffer.from("Å^B", "utf8")) }],
  ["00280010", shortsElement([300])],
  ["00281052", textElement("DS", "-1024 ")],
  [
    "30060020",
    sequenceElement([new Map([["30060026", { vr: "LO", bytes: new Uint8Array(Buffer.from("肺 ")) }]])]),
  ],
  ["30060039", sequenceElement([new Map([["30060040", sequenceElement([contour, contour])]]), new Map()])],
  ["32870010", textElement("LO", "PRIVATE ")],
  ["32871001", { vr: "OB", bytes: Uint8Array.of(1, 2, 3, 4) }],
  ["32871002", sequenceElement([new Map([["32870010", textElement("LO", "IN A SEQUENCE ")]])])],
]);

/** As UN: a sequence is its items in implicit VR, with lengths or without. */
function asUnknown(element: Element): Element {
  if (element.items === undefined) return { vr: "UN", bytes: element.bytes };
  const whole = writeDicomFile(
    new Map([
      ["00080016", textElement("UI", "1.2")],
      ["00080018", textElement("UI", "1.2")],
      ["7FFF0000", element],
    ]),
    transferSyntaxes.implicitLittleEndian,
  );
  const header = Buffer.from([0xff, 0x7f, 0x00, 0x00]);
  const at = Buffer.from(whole).lastIndexOf(header);
  return { vr: "UN", bytes: whole.slice(at + 8) };
}

/** Without VRs, which an element that nobody knows may have lost; character sets are part of the text. */
function plain(dataSet: DataSet): unknown {
  return [...dataSet]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, { bytes, items }]) => [tag, items === undefined ? [...bytes] : items.map(plain)]);
}

test("any elements that lost their VR are read as with it", () => {
  fc.assert(
    fc.property(fc.subarray([...original.keys()].filter((tag) => tag > "00080018")), (lost) => {
      const written = new Map([...original].map(([tag, e]) => [tag, lost.includes(tag) ? asUnknown(e) : e]));
      const { dataSet } = readDicom(writeDicomFile(written, transferSyntaxes.explicitLittleEndian), "it");
      expect(plain(dataSet)).toEqual(plain(original));
      expect(numbers(dataSet, "00280010")).toEqual([300]);
      expect(numbers(dataSet, "00281052")).toEqual([-1024]);
      expect(text(dataSet, "00100010")).toBe("Å^B");
      expect(text(sequence(dataSet, "30060020")[0], "30060026")).toBe("肺");
      const [roi] = sequence(dataSet, "30060039");
      expect(sequence(roi, "30060040").map((item) => numbers(item, "30060050"))).toEqual([
        [1, 2, 3],
        [1, 2, 3],
      ]);
    }),
  );
});

test("a value of unknown VR that only begins as items do is kept as its bytes; a sequence of that kind is refused", () => {
  const bytes = Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0x99, 0, 0, 0, 1, 2);
  const file = (tag: string): Uint8Array =>
    writeDicomFile(new Map(original).set(tag, { vr: "UN", bytes }), transferSyntaxes.explicitLittleEndian);
  expect(readDicom(file("32871001"), "it").dataSet.get("32871001")?.bytes).toEqual(bytes);
  expect(() => readDicom(file("30060039"), "it")).toThrow("a sequence 30060039 that cannot be read");
});

/** The texts of what is given back, under the character set of the patient's own files: they read as they did, or are refused. */
import { expect, test } from "vitest";
import {
  type DataSet,
  type Element,
  sequence,
  sequenceElement,
  text,
  textElement,
} from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { reidentified } from "./reidentify.ts";

const characterSet = (term: string): [string, Element] => [
  tags.SpecificCharacterSet,
  textElement("CS", term),
];
const named = (name: Uint8Array): [string, Element] => [tags.ROIName, { vr: "LO", bytes: name }];
const throughFile = (dataSet: DataSet): DataSet =>
  readDicom(writeDicomFile(dataSet, transferSyntaxes.implicitLittleEndian), "it").dataSet;

/** The name of an ROI that a file in the set `from` has, once it is given back to a patient whose files are in the set `to`. */
function nameGivenBack(roi: DataSet, from: string, to: string): string | undefined {
  const set = new Map([
    characterSet(from),
    [tags.SOPClassUID, textElement("UI", "1.2")],
    [tags.SOPInstanceUID, textElement("UI", "1.3")],
    [tags.StructureSetROISequence, sequenceElement([roi])],
  ]);
  const identity = {
    elements: new Map([characterSet(to), [tags.PatientName, textElement("PN", "A^B ")]]),
    shiftDays: 0,
    originalOf: () => undefined,
  };
  const back = throughFile(reidentified(throughFile(set), identity, "set.dcm"));
  expect(text(back, tags.SpecificCharacterSet)).toBe(to);
  return text(sequence(back, tags.StructureSetROISequence)[0], tags.ROIName);
}

const utf8 = (name: string): Uint8Array => new Uint8Array(Buffer.from(name));

test("a name reads as before in the patient's own character set", () => {
  expect(nameGivenBack(new Map([named(utf8("Läsion"))]), "ISO_IR 192", "ISO_IR 100")).toBe("Läsion");
  const latin1 = new Uint8Array(Buffer.from("Läsion", "latin1"));
  expect(nameGivenBack(new Map([named(latin1)]), "ISO_IR 100", "ISO_IR 192")).toBe("Läsion");
});

test("an item that states a character set of its own reads as before, too", () => {
  const roi = new Map([characterSet("ISO_IR 192"), named(utf8("Läsion"))]);
  expect(nameGivenBack(roi, "ISO_IR 144", "ISO_IR 100")).toBe("Läsion");
});

test("in the same character set the bytes stay, whatever it is", () => {
  const cyrillic = Uint8Array.of(0xbb, 0xee, 0xda, 0x20);
  expect(nameGivenBack(new Map([named(cyrillic)]), "ISO_IR 144", "ISO_IR 144")).toBe("Люк");
});

test("a name that the patient's own character set cannot hold is refused, and the file and the element are named", () => {
  const roi = new Map([named(utf8("肺"))]);
  expect(() => nameGivenBack(roi, "ISO_IR 192", "ISO_IR 100")).toThrow(/^set\.dcm .*\(3006,0026\)/);
});

test("all dates of a set that went out are moved back, and of one made since the study's alone", () => {
  const date = (keyword: "StudyDate" | "StructureSetDate"): [string, Element] => [
    tags[keyword],
    textElement("DA", "20200101"),
  ];
  const datesGivenBack = (uid: string): (string | undefined)[] => {
    const set = new Map([
      [tags.SOPInstanceUID, textElement("UI", uid)],
      date("StudyDate"),
      date("StructureSetDate"),
    ] satisfies [string, Element][]);
    const originalOf = (other: string): string | undefined => (other === "2.25.1" ? "1.3" : undefined);
    const back = reidentified(set, { elements: new Map(), shiftDays: -400, originalOf }, "set.dcm");
    return [tags.SOPInstanceUID, tags.StudyDate, tags.StructureSetDate].map((tag) => text(back, tag));
  };
  expect(datesGivenBack("2.25.1")).toEqual(["1.3", "20210204", "20210204"]);
  expect(datesGivenBack("2.25.9")).toEqual(["2.25.9", "20210204", "20200101"]);
});

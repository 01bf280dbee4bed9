/** What matches what (PS3.4 C.2.2.2), and what is no question. */
import { expect, test } from "vitest";
import { tags } from "#dicom/dictionary.ts";
import type { JsonDataSet } from "./dicom-json.ts";
import { matches, parseQuery } from "./query.ts";

const patient: JsonDataSet = {
  [tags.StudyDate]: { vr: "DA", Value: ["20260131"] },
  [tags.StudyTime]: { vr: "TM", Value: ["101500.12"] },
  [tags.PatientName]: { vr: "PN", Value: [{ Alphabetic: "Müller^Jörg" }] },
  [tags.PatientID]: { vr: "LO", Value: ["A.4711"] },
  [tags.StudyInstanceUID]: { vr: "UI", Value: ["1.2.3"] },
  [tags.ModalitiesInStudy]: { vr: "CS", Value: ["CT", "RTSTRUCT"] },
  [tags.SeriesNumber]: { vr: "IS", Value: [7] },
};
const query = (text: string) => parseQuery(new URLSearchParams(text));

test.each([
  ["PatientID=A.4711", true],
  ["00100020=A.4711", true],
  ["PatientID=AX4711", false],
  ["PatientID=a.4711", false],
  ["PatientID=A.47*", true],
  ["PatientID=?.471?", true],
  ["PatientID=?.471??", false],
  ["PatientID=*", true],
  ["PatientID=", true],
  ["PatientName=MÜLLER*", true],
  ["PatientName=*jörg", true],
  ["PatientName=müller", false],
  ["StudyDate=20260131", true],
  ["StudyDate=20260101-20260131", true],
  ["StudyDate=20260131-", true],
  ["StudyDate=-20260130", false],
  ["StudyTime=10-1015", true],
  ["StudyInstanceUID=1.2.2,1.2.3", true],
  ["StudyInstanceUID=1.2.2\\1.2.3", true],
  ["StudyInstanceUID=1.2.*", false],
  ["ModalitiesInStudy=RTSTRUCT", true],
  ["ModalitiesInStudy=SEG", false],
  ["SeriesNumber=7", true],
  ["AccessionNumber=1", false],
  ["AccessionNumber=*", true],
  ["AccessionNumber=?*", false],
  ["PatientID=A.4711&StudyDate=19000101", false],
])("%s: %s", (text, expected) => {
  expect(matches(query(text), patient, { strict: true })).toBe(expected);
});

test("what is not known yet speaks against nothing", () => {
  const unknown = query("AccessionNumber=1&PatientID=A.4711");
  expect(matches(unknown, patient, { strict: false })).toBe(true);
});

test("stars without an end cost no more than their number", () => {
  const stars = query(`PatientID=${"*a".repeat(200)}`);
  const long = { [tags.PatientID]: { vr: "LO", Value: ["a".repeat(5000)] } };
  expect(matches(stars, long, { strict: true })).toBe(true);
  expect(
    matches(stars, { [tags.PatientID]: { vr: "LO", Value: ["b".repeat(5000)] } }, { strict: true }),
  ).toBe(false);
});

test("limit, offset and fields; what is no attribute is refused, since passed over it would find everybody", () => {
  const { limit, offset, fields, match } = query(
    "limit=101&offset=3&fuzzymatching=false&includefield=00081030%2CModality&includefield=SeriesNumber",
  );
  expect([limit, offset, match.size]).toEqual([101, 3, 0]);
  expect([...fields]).toEqual([tags.StudyDescription, tags.Modality, tags.SeriesNumber]);
  expect(query("includefield=all").all).toBe(true);
  expect(query("limit=999999").limit).toBe(5000);
  for (const wrong of ["PatientIdentity=1", "limit=x", "offset=-1", "includefield=Nothing", "constructor=1"])
    expect(() => query(wrong), wrong).toThrow();
});

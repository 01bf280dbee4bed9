/** The JSON model against DCMTK's dcm2json, and where the two may differ. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DataSet, sequenceElement, textElement } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { shortsElement } from "#dicom/dataset/write-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { dcmtk } from "../../../test/pacs/clinic-server.ts";
import { phantomFolder } from "../../../test/shared-inputs.ts";
import { toJson } from "./dicom-json.ts";

let phantom: string;
beforeAll(async () => {
  phantom = await phantomFolder(20, 128);
});
afterAll(() => {
  rmSync(join(phantom, ".."), { recursive: true, force: true });
});

const bulkUriOf = (tag: string) => `bulk/${tag}`;
const jsonOf = (path: string) => toJson(readDicom(readFileSync(path), "it").dataSet, { bulkUriOf });

/** Without what DCMTK gives inline and we by address. */
async function dcm2json(path: string): Promise<Record<string, unknown>> {
  const { output, status } = await dcmtk("dcm2json", [path]);
  expect(status).toBe(0);
  const { [tags.PixelData]: _, ...json } = JSON.parse(output);
  return json;
}

test.each(["ct", "rtstruct.dcm"])("%s is what DCMTK makes of it", async (kind) => {
  const name = kind === "ct" ? join("ct", readdirSync(join(phantom, "ct"))[0]) : kind;
  const { [tags.PixelData]: pixels, ...json } = jsonOf(join(phantom, name));
  // Ours is decoded in any case, and says so.
  expect({ ...json, [tags.SpecificCharacterSet]: undefined }).toEqual({
    ...(await dcm2json(join(phantom, name))),
    [tags.SpecificCharacterSet]: undefined,
  });
  if (kind === "ct") expect(pixels).toEqual({ vr: "OW", BulkDataURI: `bulk/${tags.PixelData}` });
});

test("names beyond ASCII come out of the file's own character set, and what comes out is UTF-8", () => {
  const name = { vr: "PN", bytes: Buffer.from("M\xfcller^J\xf6rg", "latin1") };
  const dataSet: DataSet = new Map([
    [tags.SpecificCharacterSet, textElement("CS", "ISO_IR 100")],
    [tags.PatientName, name],
  ]);
  expect(toJson(dataSet, { bulkUriOf })).toEqual({
    [tags.SpecificCharacterSet]: { vr: "CS", Value: ["ISO_IR 192"] },
    [tags.PatientName]: { vr: "PN", Value: [{ Alphabetic: "Müller^Jörg" }] },
  });
});

test("pixel values of implicit VR are signed where the pixels are", () => {
  const signed = (representation: number): DataSet =>
    new Map([
      [tags.PixelRepresentation, shortsElement([representation])],
      [tags.PixelPaddingValue, shortsElement([0xf830])],
    ]);
  expect(toJson(signed(1), { bulkUriOf })[tags.PixelPaddingValue]).toEqual({ vr: "SS", Value: [-2000] });
  expect(toJson(signed(0), { bulkUriOf })[tags.PixelPaddingValue]).toEqual({ vr: "US", Value: [63536] });
});

test("empty, missing and unreadable values keep their places; long bytes are told by address; group lengths are left out", () => {
  const dataSet: DataSet = new Map([
    ["00080000", shortsElement([1])],
    [tags.ImageType, textElement("CS", "DERIVED\\\\AXIAL")],
    [tags.PatientID, textElement("LO", "")],
    [tags.PixelSpacing, textElement("DS", "0.5\\x")],
    [tags.PatientName, textElement("PN", "A^B==C")],
    [tags.PatientComments, textElement("LT", "one\\value")],
    [tags.ContentSequence, sequenceElement([])],
    ["00091001", { vr: "UN", bytes: Uint8Array.of(1, 2) }],
    ["00091002", { vr: "OB", bytes: new Uint8Array(4096) }],
  ]);
  expect(toJson(dataSet, { bulkUriOf })).toEqual({
    [tags.ImageType]: { vr: "CS", Value: ["DERIVED", null, "AXIAL"] },
    [tags.PatientID]: { vr: "LO" },
    [tags.PixelSpacing]: { vr: "DS", Value: [0.5, null] },
    [tags.PatientName]: { vr: "PN", Value: [{ Alphabetic: "A^B", Phonetic: "C" }] },
    [tags.PatientComments]: { vr: "LT", Value: ["one\\value"] },
    [tags.ContentSequence]: { vr: "SQ" },
    "00091001": { vr: "UN", InlineBinary: "AQI=" },
    "00091002": { vr: "OB", BulkDataURI: "bulk/00091002" },
  });
});

/** What an ROI is, as its structure set states it (RT ROI Interpreted Type, PS3.3 C.8.8.8.1), after `delineate convert`. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { textElement } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { boxMask, changeDicom, changeItems, writeCt } from "../../../test/archive.ts";
import { convertMasks } from "../convert.ts";
import { exportMasks } from "./export-masks.ts";
import { loadRoiMasks } from "./load-masks.ts";

const root = mkdtempSync(join(tmpdir(), "delineate convert-types "));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Name, what the set states, what is written. */
const rois = [
  ["PTV_RING", "CONTROL", "CONTROL"],
  ["GTV skin", "BOLUS", "BOLUS"],
  ["BODY", "EXTERNAL", "EXTERNAL"],
  ["PTV avoid", "AVOIDANCE", "AVOIDANCE"],
  ["Couch", "SUPPORT", "SUPPORT"],
  ["CTV clip", "MARKER", "MARKER"],
  ["GTV-1", "ORGAN", "ORGAN"],
  ["GTV own", "Vendor type", "VENDOR TYPE"],
  ["ptv_60", "", "PTV"],
  ["Heart", "", ""],
] as const;

test("the type that a set states stays, whatever the name says; where it states none the name says it", async () => {
  const ct = await writeCt(join(root, "ct"), {
    person: { id: "P-1", name: "Test^One" },
    uidName: "convert-types",
    seed: 1,
  });
  const labels = { label: "TEST", softwareVersion: "1", uidName: "convert-types" };
  const { bytes } = exportMasks({
    ...{ format: "rtstruct", ct, holes: "keyhole", writtenAt: new Date(0), ...labels },
    rois: rois.map(([name, interpretedType]) => ({
      ...{ name, interpretedType, mask: boxMask(ct.grid, [5, 9]), algorithm: "MANUAL" },
      ...{ algorithmDescription: "test", colour: [255, 0, 0] },
    })),
  });
  const [input, output, seg] = [join(root, "in.dcm"), join(root, "out.dcm"), join(root, "out.seg.dcm")];
  writeFileSync(input, bytes);
  const convert = (changes: {
    input?: string;
    output?: string;
    format?: "seg";
    roi?: string;
    force: boolean;
  }) => convertMasks({ input, output, ct: join(root, "ct"), holes: "keyhole", resample: false, ...changes });
  // Directly, and by way of a SEG.
  await convert({ force: false });
  const typesOf = async (path: string) => {
    const { rois: written } = await loadRoiMasks(path, { ct });
    return written.map(({ name, interpretedType }) => [name, interpretedType]);
  };
  const wanted = rois.map(([name, , type]) => [name, type]);
  expect(await typesOf(output)).toEqual(wanted);
  await convert({ output: seg, format: "seg", force: false });
  expect(await typesOf(seg)).toEqual(wanted);
  await convert({ input: seg, force: true });
  expect(await typesOf(output)).toEqual(wanted);
  // What cannot be written is refused, not left empty.
  const odd = changeDicom(readFileSync(input), (dataSet) =>
    changeItems(dataSet, tags.RTROIObservationsSequence, (item) =>
      item.set(tags.RTROIInterpretedType, textElement("CS", "A TYPE THAT IS TOO LONG")),
    ),
  );
  writeFileSync(input, odd);
  for (const to of [{}, { output: seg, format: "seg" }] as const)
    await expect(convert({ ...to, roi: "Couch", force: true })).rejects.toMatchObject({
      code: "value-too-long",
      message: expect.stringContaining("A TYPE THAT IS TOO LONG"),
    });
});

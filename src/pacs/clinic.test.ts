/**
 * What a department does, by its own programs: DCMTK sends a CT, the automatic contour arrives in Orthanc, the signed one beside it.
 * Nothing is mocked.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Delivery } from "#contract/workspace/delivery.ts";
import { text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { dicomErrors } from "../../test/judge.ts";
import {
  type ClinicServer,
  clinicYaml,
  dcmtk,
  openClinicServer,
  storescu,
} from "../../test/pacs/clinic-server.ts";
import { freePort, type Orthanc, startOrthanc } from "../../test/pacs/orthanc.ts";
import { phantomFolder } from "../../test/shared-inputs.ts";

const folder = mkdtempSync(join(tmpdir(), "clinic-"));
let phantom: string;
let planningPort: number;
let orthanc: Orthanc | undefined;
let server: ClinicServer;

beforeAll(async () => {
  phantom = await phantomFolder(20, 128);
  planningPort = await freePort();
  const yaml = clinicYaml(`peers:
  planning: { aeTitle: PLANNING, host: 127.0.0.1, port: ${planningPort} }
rules:
  - name: every CT
    when: { Modality: CT }
    sendTo: [planning]
`);
  server = await openClinicServer(join(folder, "data"), yaml);
});
afterAll(async () => {
  await server.close();
  await orthanc?.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(join(phantom, ".."), { recursive: true, force: true });
});

const deliveries = (): Promise<Delivery[]> => server.client.call("listDeliveries", {}, undefined);

/** Every RTSTRUCT that Orthanc has, as it was received. */
async function received(): Promise<{ readonly bytes: Uint8Array; readonly label: string | undefined }[]> {
  const ids = (await orthanc?.get("/instances")) as string[];
  const files = await Promise.all(ids.map((id) => orthanc?.file(`/instances/${id}/file`)));
  return files.flatMap((bytes) => {
    if (bytes === undefined) return [];
    const { dataSet } = readDicom(bytes, "an instance of Orthanc");
    const isSet = text(dataSet, tags.Modality) === "RTSTRUCT";
    return isSet ? [{ bytes, label: text(dataSet, tags.StructureSetLabel) }] : [];
  });
}

test("who is in the configuration is answered, who is not is rejected", async () => {
  const echo = (...options: string[]) => dcmtk("echoscu", [...options, "127.0.0.1", String(server.port)]);
  expect(await echo("--aetitle", "SCANNER", "--call", "DELINEATE")).toEqual({ status: 0, output: "" });
  expect((await echo("--aetitle", "STRANGER", "--call", "DELINEATE")).output).toContain(
    "Calling AE Title Not Recognized",
  );
  expect((await echo("--aetitle", "SCANNER", "--call", "OTHER")).output).toContain(
    "Called AE Title Not Recognized",
  );
  expect(server.log).toHaveLength(2);
});

test("a CT that is sent is contoured, and its contour waits for the peer that does not answer", async () => {
  const sent = await storescu(server.port, [join(phantom, "ct")]);
  expect(sent).toEqual({ status: 0, output: "" });
  const [{ id }] = await expect
    .poll(() => server.client.call("listCases", {}, undefined))
    .toHaveLength(1)
    .then(() => server.client.call("listCases", {}, undefined));
  await server.client.waitFor(id, ["to-review"]);
  await expect.poll(async () => (await deliveries())[0]?.attempts).toBeGreaterThan(1);
  const [delivery] = await deliveries();
  expect(delivery).toMatchObject({ caseId: id, peer: "planning", version: null, state: "waiting" });
  expect(delivery.remark).toBe(`PLANNING at 127.0.0.1:${planningPort}: it cannot be reached (ECONNREFUSED).`);
});

test("when the peer is back it gets the RTSTRUCT byte for byte, related to the CT", async () => {
  orthanc = await startOrthanc({ dicomPort: planningPort });
  const [{ id: deliveryId }] = await deliveries();
  await server.client.call("hastenDelivery", { deliveryId }, {});
  await expect.poll(async () => (await deliveries())[0].state).toBe("delivered");
  expect(await storescu(planningPort, [join(phantom, "ct")], ["--call", "PLANNING"])).toMatchObject({
    status: 0,
  });
  const [automatic, ...others] = await received();
  expect(others).toEqual([]);
  expect(automatic.label).toBe("AUTO GTV");
  const path = join(folder, "automatic.dcm");
  writeFileSync(path, automatic.bytes);
  expect(dicomErrors(path)).toEqual([]);
  // Orthanc relates what is of one study, which holds the CT and the structure set.
  const [study, ...more] = (await orthanc.get("/studies?expand")) as { Series: string[] }[];
  expect(more).toEqual([]);
  expect(study.Series).toHaveLength(2);
});

/**
 * What a department does, by its own programs: DCMTK sends a CT, the automatic contour arrives in Orthanc, the signed one beside it.
 * Nothing is mocked.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Delivery } from "#contract/workspace/delivery.ts";
import { joinBytes } from "#core/bytes.ts";
import { text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { readDrawnOn } from "#dicom/rtstruct/read-rtstruct.ts";
import { digestDataSet, identifyInstance } from "#patients/instance-file.ts";
import { dicomErrors } from "../../test/judge.ts";
import {
  type ClinicServer,
  clinicYaml,
  dcmtk,
  openClinicServer,
  stateCount,
  storescu,
} from "../../test/pacs/clinic-server.ts";
import {
  dataBytes,
  instanceBytes,
  releaseBytes,
  requestBytes,
  storeCommand,
} from "../../test/pacs/conversation.ts";
import { malformedConversation, speak } from "../../test/pacs/malformed.ts";
import { freePort, type Orthanc, startOrthanc } from "../../test/pacs/orthanc.ts";
import { phantomFolder } from "../../test/shared-inputs.ts";

const folder = mkdtempSync(join(tmpdir(), "clinic-"));
let phantom: string;
let planningPort: number;
let orthanc: Orthanc | undefined;
let server: ClinicServer;

beforeAll(async () => {
  phantom = await phantomFolder(20, 128);
  const slices = readdirSync(join(phantom, "ct")).map((name) => join(phantom, "ct", name));
  await stateCount(slices);
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

const cases = () => server.client.call("listCases", {}, undefined);
const deliveries = (): Promise<Delivery[]> => server.client.call("listDeliveries", {}, undefined);

async function kindsOf(caseId: string): Promise<string[]> {
  const { sources } = await server.client.call("showCase", { caseId }, undefined);
  return sources.map(({ kind }) => kind);
}

/** Files of a part of the spool. */
function spooled(part: "series" | "apart"): string[] {
  const names = readdirSync(join(server.spool, part), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".dcm"));
}

async function digest(path: string): Promise<string> {
  return digestDataSet(path, (await identifyInstance(path)).dataSetAt);
}

/** Every RTSTRUCT that Orthanc has, as it was received. */
async function received() {
  const sets: { readonly path: string; readonly label: string | undefined }[] = [];
  if (orthanc === undefined) return sets;
  for (const id of (await orthanc.get("/instances")) as string[]) {
    const bytes = await orthanc.file(`/instances/${id}/file`);
    const { dataSet } = readDicom(bytes, "an instance of Orthanc");
    if (text(dataSet, tags.Modality) !== "RTSTRUCT") continue;
    const path = join(folder, `${id}.dcm`);
    writeFileSync(path, bytes);
    sets.push({ path, label: text(dataSet, tags.StructureSetLabel) });
  }
  return sets;
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

test("a CT is contoured with the structure set that was sent before it; its contour waits for a peer that does not answer", async () => {
  expect(await storescu(server.port, [join(phantom, "rtstruct.dcm")])).toMatchObject({ status: 0 });
  await expect.poll(() => spooled("series")).toHaveLength(1);
  // Several associations at once, which send the same images: each is there once.
  const all = await Promise.all([1, 2, 3].map(() => storescu(server.port, [join(phantom, "ct")])));
  expect(all.map(({ status }) => status)).toEqual([0, 0, 0]);
  await expect.poll(cases).toHaveLength(1);
  const [{ id, sliceCount }] = await cases();
  expect(sliceCount).toBe(readdirSync(join(phantom, "ct")).length);
  await server.client.waitFor(id, ["to-review"]);
  await expect.poll(() => kindsOf(id)).toContain("imported");
  await expect.poll(() => spooled("series")).toEqual([]);
  await expect.poll(async () => (await deliveries())[0].attempts).toBeGreaterThan(1);
  const [delivery] = await deliveries();
  expect(delivery).toMatchObject({ caseId: id, peer: "planning", version: null, state: "waiting" });
  expect(delivery.remark).toBe(`PLANNING at 127.0.0.1:${planningPort}: it cannot be reached (ECONNREFUSED).`);
});

test("when the peer is back it gets the RTSTRUCT byte for byte, in the CT's study, and dciodvfy finds no fault", async () => {
  orthanc = await startOrthanc({ dicomPort: planningPort });
  expect(await storescu(planningPort, [join(phantom, "ct")], ["--call", "PLANNING"])).toMatchObject({
    status: 0,
  });
  const [{ id: deliveryId, caseId }] = await deliveries();
  // It may have been tried again by itself.
  await server.client.call("hastenDelivery", { deliveryId }, {}).catch(() => undefined);
  await expect.poll(async () => (await deliveries())[0].state).toBe("delivered");
  const [automatic, ...others] = await received();
  expect(others).toEqual([]);
  expect(automatic.label).toBe("AUTO GTV");
  expect(dicomErrors(automatic.path)).toEqual([]);
  const { automatic: contour } = await server.client.call("showCase", { caseId }, undefined);
  const storedPath = server.workspace.folderOf(caseId).automaticRtstruct(contour?.model.digest ?? "");
  expect(await digest(automatic.path)).toBe(await digest(storedPath));
  const studies = (await orthanc.get("/studies?expand")) as { Series: string[] }[];
  expect(studies.map(({ Series }) => Series.length)).toEqual([2]);
  const { dataSet } = readDicom(readFileSync(automatic.path), "it");
  const series = (await orthanc.get("/series?expand")) as { MainDicomTags: { SeriesInstanceUID: string } }[];
  const uids = series.map(({ MainDicomTags }) => MainDicomTags.SeriesInstanceUID);
  expect(uids).toContain(readDrawnOn(dataSet).referencedSeries[0]);
});

test("the approved version stands beside the automatic one, and a delivery sent twice is there once", async () => {
  const [{ id: caseId }] = await cases();
  const opening = { start: "assisted", reviewer: "Ann", fresh: false } as const;
  const { id: reviewId } = await server.client.call("openReview", { caseId }, opening);
  const approval = { reviewer: "Ann", comment: "", unseenReason: "Seen on another screen." };
  await server.client.call("approve", { reviewId }, approval);
  await server.client.waitFor(caseId, ["exported"]);
  const labels = async () => (await received()).map(({ label }) => label).sort();
  expect(await labels()).toEqual(["AUTO GTV", "REVIEWED v1"]);
  // As after a kill between the peer's answer and the record of it.
  const { db } = server.workspace;
  await db
    .updateTable("deliveries")
    .set({ state: "waiting", due_at: new Date(), delivered_at: null })
    .execute();
  await expect
    .poll(async () => (await deliveries()).map(({ state }) => state))
    .toEqual(["delivered", "delivered"]);
  expect(await labels()).toEqual(["AUTO GTV", "REVIEWED v1"]);
});

test("an older version goes before a newer one, and after it not any more", async () => {
  const { db } = server.workspace;
  const again = (version: number, due_at: Date) =>
    db
      .updateTable("deliveries")
      .set({ state: "waiting", due_at, delivered_at: null })
      .where("version", "=", version)
      .execute();
  const states = async () => {
    const rows = await db.selectFrom("deliveries").select("state").orderBy("version").execute();
    return rows.map(({ state }) => state);
  };
  const inAnHour = new Date(Date.now() + 3_600_000);
  await again(0, inAnHour);
  await again(1, new Date());
  await expect.poll(states).toEqual(["delivered", "delivered"]);
  const times = await db.selectFrom("deliveries").select("delivered_at").orderBy("version").execute();
  const [first, second] = times.map(({ delivered_at }) => Number(delivered_at));
  expect(first).toBeLessThanOrEqual(second);

  await again(0, new Date());
  await expect.poll(states).toEqual(["refused", "delivered"]);
  const [{ remark }] = (await deliveries()).filter(({ state }) => state === "refused");
  expect(remark).toContain("Version 1 is there already");
});

test("what was delivered is told so, also where the record of the case cannot be changed just then", async () => {
  const { db } = server.workspace;
  const { faults } = server;
  await db.updateTable("versions").set({ exported_at: null }).execute();
  await sql`create trigger stuck before update on versions for each row execute function refuse_change()`.execute(
    db,
  );
  await db
    .updateTable("deliveries")
    .set({ state: "waiting", remark: null })
    .where("version", "=", 1)
    .execute();
  await expect.poll(() => faults.length).toBe(1);
  expect(String(faults.pop())).toContain("append-only");
  const row = db.selectFrom("deliveries").select(["state", "remark", "attempts"]).where("version", "=", 1);
  expect(await row.executeTakeFirst()).toMatchObject({ state: "delivered", remark: null });
  await sql`drop trigger stuck on versions`.execute(db);
  await db.updateTable("versions").set({ exported_at: new Date() }).execute();
});

test("a signed file that was changed since is not sent", async () => {
  const [{ id: caseId }] = await cases();
  const path = server.workspace.folderOf(caseId).rtstruct(1);
  const signed = readFileSync(path);
  writeFileSync(path, Buffer.concat([signed.subarray(0, -2), Buffer.from("  ")]));
  const { db } = server.workspace;
  await db
    .updateTable("deliveries")
    .set({ state: "waiting", due_at: new Date() })
    .where("version", "=", 1)
    .execute();
  const remark = async () => (await deliveries()).find(({ version }) => version === 1)?.remark;
  await expect.poll(remark).toContain("was changed since it was signed");
  writeFileSync(path, signed);
});

test("what is sent again is nothing new; with other contents, or too late, it is kept apart and a finding of the patient", async () => {
  const [{ id: caseId }] = await cases();
  const findings = async () => (await server.client.call("showCase", { caseId }, undefined)).findings;
  const before = await findings();
  await storescu(server.port, [phantom]);
  await expect.poll(() => spooled("series")).toEqual([]);
  expect([await findings(), spooled("apart")]).toEqual([before, []]);

  const slice = join(phantom, "ct", readdirSync(join(phantom, "ct"))[0]);
  const [changed, late] = ["changed.dcm", "late.dcm"].map((name) => join(folder, name));
  cpSync(slice, changed);
  cpSync(slice, late);
  await dcmtk("dcmodify", ["--no-backup", "--modify", "(0008,103E)=Other", changed]);
  await dcmtk("dcmodify", ["--no-backup", "--gen-inst-uid", late]);
  expect(await storescu(server.port, [changed, late])).toMatchObject({ status: 0 });
  await expect.poll(async () => (await findings()).length).toBe(before.length + 2);
  expect((await findings()).join()).toContain("sent a second time with other contents");
  expect((await findings()).join()).toContain("arrived after it was taken");
  await expect.poll(() => spooled("apart")).toHaveLength(2);
  expect(await cases()).toHaveLength(1);
});

test("an image that breaks off behind its UIDs is acknowledged and told of, and its series does not wait for ever", async () => {
  const sopInstanceUid = "2.25.4711";
  const whole = instanceBytes(sopInstanceUid);
  const parts = [
    requestBytes,
    dataBytes(storeCommand(sopInstanceUid), { isCommand: true }),
    // In place of the pixels the number of rows (0028,0010), which announces more bytes than there are.
    dataBytes(
      joinBytes([whole.subarray(0, whole.length - 4008), Uint8Array.of(0x28, 0, 0x10, 0, 99, 0, 0, 0, 1)]),
    ),
    releaseBytes,
  ];
  await speak(server.port, joinBytes(parts));
  await expect.poll(() => server.log.join()).toContain(`Series ${sopInstanceUid}.1 was not taken`);
  expect(server.faults).toEqual([]);
});

test("malformed PDUs, seeded, end their own association and nothing else", async () => {
  for (let seed = 0; seed < 400; seed++) await speak(server.port, malformedConversation(seed));
  expect(server.faults).toEqual([]);
  await expect.poll(() => readdirSync(join(server.spool, "incoming"))).toEqual([]);
  expect(await storescu(server.port, [join(phantom, "ct")])).toEqual({ status: 0, output: "" });
});

test("with the quota used up the sender is told to come again later: A700, out of resources", async () => {
  const full = await openClinicServer(join(folder, "full"), clinicYaml(), { quotaBytes: 1 });
  try {
    expect((await full.client.call("work", {}, undefined)).storage?.usedBytes).toBeGreaterThan(1);
    const options = ["--verbose"];
    const { output } = await storescu(full.port, [join(phantom, "ct")], options);
    expect(output).toMatch(/0xa700|Refused: OutOfResources/i);
    expect(readdirSync(join(full.spool, "series"))).toEqual([]);
    expect(full.faults).toEqual([]);
  } finally {
    await full.close();
  }
});

test("the log names no patient", () => {
  expect(server.log.length).toBeGreaterThan(2);
  expect(server.log.join("\n")).not.toMatch(/phantom|patient/i);
});

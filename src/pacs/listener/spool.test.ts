/** Instances that arrive while their series is taken. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ctImageStorage } from "#dicom/ct/write-ct.ts";
import type { IncomingInstance } from "#pacs/dimse/serve-association.ts";
import { instanceBytes } from "../../../test/pacs/conversation.ts";
import { openSpool, type Spool } from "./spool.ts";

const folder = mkdtempSync(join(tmpdir(), "spool-"));
let spool: Spool;
beforeAll(async () => {
  spool = await openSpool(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [sop, series] = ["2.25.7", "2.25.7.1"];
const bytes = instanceBytes(sop);

function incoming(changed = false): IncomingInstance {
  const own = bytes.slice();
  if (changed) own[own.length - 1] ^= 1;
  const data = (async function* () {
    yield own;
  })();
  return { sopClassUid: ctImageStorage, sopInstanceUid: sop, transferSyntaxUid: "1.2.840.10008.1.2", data };
}
const receive = (changed?: boolean) => spool.receive(incoming(changed), () => true);

test("the same instance over several associations is taken from each, whenever its series goes", async () => {
  for (let round = 0; round < 150; round++) {
    await receive();
    const taken = await spool.filesOf(series);
    await Promise.all([receive(), receive(), spool.forget(taken), receive()]);
    const left = await spool.filesOf(series);
    expect(left.length).toBeLessThanOrEqual(1);
    await spool.forget(left);
  }
  expect(await spool.hasApart(series)).toBe(false);
  expect(readdirSync(join(folder, "incoming"))).toEqual([]);
});

test("another content under the same UID is set apart, once, and what came first stays", async () => {
  await receive();
  await Promise.all([receive(true), receive(true)]);
  expect(readdirSync(join(folder, "apart", series))).toHaveLength(1);
  expect(await spool.filesOf(series)).toHaveLength(1);
});

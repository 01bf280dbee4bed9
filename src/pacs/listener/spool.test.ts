/** Instances that arrive while their series is taken. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import type * as FilePromises from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ctImageStorage } from "#dicom/ct/write-ct.ts";
import type { IncomingInstance } from "#pacs/dimse/serve-association.ts";
import { instanceBytes } from "../../../test/pacs/conversation.ts";
import { openSpool, type Spool } from "./spool.ts";

/** What happens beside a link that is made: the real file system otherwise. */
const beside = vi.hoisted(() => ({
  before: undefined as (() => void) | undefined,
  after: undefined as ((failed: boolean) => void) | undefined,
}));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof FilePromises>();
  const link = async (from: string, to: string): Promise<void> => {
    beside.before?.();
    const failed = await real.link(from, to).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    beside.after?.(failed !== undefined);
    if (failed !== undefined) throw failed;
  };
  return { ...real, link };
});

const folder = mkdtempSync(join(tmpdir(), "spool-"));
let spool: Spool;
beforeAll(async () => {
  spool = await openSpool(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [sop, series] = ["2.25.7", "2.25.7.1"];
const bytes = instanceBytes(sop);

function incoming(changed = false): IncomingInstance {
  const content = bytes.slice();
  if (changed) content[content.length - 1] ^= 1;
  const data = (async function* () {
    yield content;
  })();
  return { sopClassUid: ctImageStorage, sopInstanceUid: sop, transferSyntaxUid: "1.2.840.10008.1.2", data };
}
const receive = (changed?: boolean) => spool.receive(incoming(changed), () => true);

test("the same instance over several associations is taken from each, whenever its series goes", async () => {
  for (let round = 0; round < 30; round++) {
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

describe("all of a series is taken", () => {
  /** Once. */
  const take = (): void => {
    beside.before = undefined;
    beside.after = undefined;
    rmSync(spool.folderOf(series), { recursive: true });
  };

  test("between making its folder and placing an instance there: the instance is placed", async () => {
    beside.before = take;
    await receive();
    const left = await spool.filesOf(series);
    expect(left).toHaveLength(1);
    await spool.forget(left);
  });

  test("between finding an instance there and comparing it: the one that is sent again is placed", async () => {
    await receive();
    beside.after = (failed) => {
      if (failed) take();
    };
    await receive(true);
    const left = await spool.filesOf(series);
    expect(left).toHaveLength(1);
    expect(await spool.hasApart(series)).toBe(false);
    await spool.forget(left);
  });

  test("as soon as an instance is placed: its sender is told that it is here", async () => {
    beside.after = take;
    await receive();
    expect(await spool.filesOf(series)).toEqual([]);
  });
});

test("another content under the same UID is set apart, once, and what came first stays", async () => {
  await receive();
  await Promise.all([receive(true), receive(true)]);
  expect(readdirSync(join(folder, "apart", series))).toHaveLength(1);
  expect(await spool.filesOf(series)).toHaveLength(1);
});

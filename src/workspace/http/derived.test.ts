/** Derived structures over HTTP: what the log takes, what the server signs, and what the signed file says of the margin. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Derivation } from "#contract/workspace/derivation.ts";
import type { LogEntry, Review } from "#contract/workspace/review.ts";
import { sequence, text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { fingerprintOf, fingerprintText } from "#editing/patch/mask-fingerprint.ts";
import { replayEdits } from "#editing/patch/mask-patch.ts";
import { uniformMargin } from "#geometry/margins/margins.ts";
import { dicomErrors } from "../../../test/judge.ts";
import { block, edit, stamp } from "../../../test/workspace/client.ts";
import { openPhantomServer, type PhantomServer } from "../../../test/workspace/phantom-server.ts";

let server: PhantomServer;
let client: PhantomServer["client"];
let caseId: string;
let review: Review;
let gtv: string;
const [ctv, ptv] = [crypto.randomUUID(), crypto.randomUUID()];
const approval = { reviewer: "Ann", comment: "", unseenReason: "x" };
const gtvBlock = () => block({ k: 3, i0: 40, j0: 40, width: 10, height: 10 });
const ctvBlock = () => block({ k: 3, i0: 34, j0: 34, width: 22, height: 22 });
const ptvBlock = () => block({ k: 3, i0: 30, j0: 30, width: 30, height: 30 });

beforeAll(async () => {
  server = await openPhantomServer(20, { contoured: "ct" });
  ({ client, caseId } = server);
  review = await client.call("openReview", { caseId }, { start: "manual", reviewer: "Ann", fresh: false });
  gtv = review.structures[0].id;
  await send(structure(ctv, "CTV"), structure(ptv, "PTV"), edit(gtv, gtvBlock()));
  await send(margin(ctv, ctvBlock(), [used(gtv, gtvBlock())]));
  await send(margin(ptv, ptvBlock(), [used(ctv, ctvBlock())]));
});
afterAll(() => server.close());

function send(...entries: LogEntry[]) {
  return client.call("appendLog", { reviewId: review.id }, { entries });
}
function refused(...entries: LogEntry[]) {
  return client.refusal("appendLog", { reviewId: review.id }, { entries });
}
function structure(structureId: string, name: "CTV" | "PTV", removed = false): LogEntry {
  return {
    ...stamp(),
    type: "structure",
    structureId,
    name,
    structureType: name,
    colour: [1, 2, 3],
    removed,
  };
}
function used(structureId: string, patch: ReturnType<typeof block>): Derivation["sources"][number] {
  const data = replayEdits(null, server.ct.grid, [patch]);
  return { structureId, fingerprint: fingerprintText(fingerprintOf({ grid: server.ct.grid, data })) };
}
function margin(
  structureId: string,
  patch: ReturnType<typeof block>,
  sources: Derivation["sources"],
): Extract<LogEntry, { type: "edit" }> {
  const derivation: Derivation = {
    sources,
    marginsMm: { ...uniformMargin(6), superior: 9 },
    trimmedToBody: true,
    boneIsBarrier: false,
    barriers: [],
    origin: null,
    made: used(structureId, patch).fingerprint,
    madeAt: "2026-01-01T00:00:00.000Z",
  };
  return { ...edit(structureId, patch, "margin"), derivation };
}

test("a margin says what it was made from, of the same review and not itself; an unlinking changes no voxel", async () => {
  const [good] = [margin(ctv, [], [used(gtv, gtvBlock())])];
  const { derivation: _, ...silent } = good;
  const unlink = { ...edit(ctv, [], "unlink"), derivation: null };
  for (const bad of [
    silent,
    { ...good, kind: "brush" as const },
    margin(ctv, [], [used(ctv, ctvBlock())]),
    margin(ctv, [], [used(crypto.randomUUID(), ctvBlock())]),
    { ...unlink, patch: edit(ctv, gtvBlock()).patch },
    { ...unlink, kind: "brush" as const },
    { ...silent, kind: "unlink" as const },
  ])
    expect(await refused(bad)).toMatchObject({ status: 422, code: "invalid-value" });
});

test("a GTV that was edited since is not signed with the CTV and PTV of before, whatever reason is given", async () => {
  await send(edit(gtv, block({ k: 3, i0: 80, j0: 40, width: 4, height: 4 })));
  const refusal = await client.refusal(
    "approve",
    { reviewId: review.id },
    { ...approval, faultsReason: "I insist" },
  );
  expect(refusal).toMatchObject({ status: 409, code: "out-of-date" });
  expect(refusal.message).toContain("CTV (GTVp changed); PTV (CTV is out of date)");
  expect((await client.call("showCase", { caseId }, undefined)).versions).toEqual([]);
});

test("unlinked they are signed with a reason only, for the GTV still sticks out", async () => {
  await send({ ...edit(ctv, [], "unlink"), derivation: null });
  // The PTV was made from the CTV, which is as it was and follows nothing now.
  const refusal = await client.refusal("approve", { reviewId: review.id }, approval);
  expect(refusal).toMatchObject({ status: 409, code: "targets-not-nested" });
  expect(refusal.message).toContain("GTVp has 16 voxels outside CTV, in slice 4.");
});

test("taken back, the GTV is as the CTV knows it; the signed file says margins and sources, and passes dciodvfy", async () => {
  const { edits } = await client.call("showReview", { reviewId: review.id }, undefined);
  const [outside, unlinking] = edits.slice(-2);
  await send(
    { ...edit(ctv, [], "undo"), of: unlinking.id },
    { ...edit(gtv, block({ k: 3, i0: 80, j0: 40, width: 4, height: 4 }), "undo"), of: outside.id },
  );
  const version = await client.call("approve", { reviewId: review.id }, approval);
  expect(version).toMatchObject({ faults: [], faultsReason: null });
  const file = join(server.folder, "signed.dcm");
  writeFileSync(file, await client.bytes(`/api/cases/${caseId}/versions/1/rtstruct`));
  const { dataSet } = readDicom(readFileSync(file), "the signed file");
  const descriptions = sequence(dataSet, "30060020").map((item) => text(item, "30060028"));
  const sides = "anterior 6, posterior 6, left 6, right 6, superior 9, inferior 6";
  expect(descriptions).toEqual([
    undefined,
    `GTVp + (${sides}) mm, within the body, made 2026-01-01T00:00:00.000Z`,
    `CTV + (${sides}) mm, within the body, made 2026-01-01T00:00:00.000Z`,
  ]);
  expect(version.structures.map(({ derivation }) => derivation)).toEqual([null, ...descriptions.slice(1)]);
  expect(dicomErrors(file)).toEqual([]);
});

test("a source that was removed holds the signature back, and an unlinked structure says so in the file", async () => {
  await client.call("reopen", { reviewId: review.id }, { reviewer: "Dr Test" });
  await send(structure(ctv, "CTV", true));
  const refusal = await client.refusal("approve", { reviewId: review.id }, approval);
  expect(refusal.message).toContain("PTV (a structure that it was made from was removed)");
  await send({ ...edit(ptv, [], "unlink"), derivation: null });
  const version = await client.call("approve", { reviewId: review.id }, approval);
  expect(version.structures.map(({ name, derivation }) => [name, derivation])).toEqual([
    ["GTVp", null],
    ["PTV", "Made with a margin, then unlinked: it follows no structure"],
  ]);
});

test("nothing of all this was a fault", () => {
  expect(server.faults).toEqual([]);
});

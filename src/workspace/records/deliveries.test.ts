import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openWorkspace } from "#workspace/workspace.ts";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";
import { bareCase } from "../../../test/workspace/bare-case.ts";
import { dueDeliveries, planDeliveries, routeCase } from "./deliveries.ts";

test("what waits for a peer that is away hides nothing that is due to another", async () => {
  const folder = mkdtempSync(join(tmpdir(), "deliveries-"));
  const data = join(folder, "data");
  emptyWorkspace(data);
  const { db, close } = await openWorkspace(data);
  for (let at = 0; at < 101; at++) {
    const caseId = await bareCase(db);
    await routeCase(db, caseId, { rule: "lung", peers: [at < 100 ? "away" : "there"] });
    await planDeliveries(db, caseId, 1);
  }
  const peersOf = async (busy: readonly string[]) => (await dueDeliveries(db, busy)).map(({ peer }) => peer);
  expect(new Set(await peersOf([]))).toEqual(new Set(["away"]));
  expect(await peersOf(["away"])).toEqual(["there"]);
  await close();
  rmSync(folder, { recursive: true });
});

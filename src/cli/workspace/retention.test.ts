/** `delineate retention` while no server runs: what is removed was listed, of this workspace, a few days ago. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openWorkspace } from "#workspace/workspace.ts";
import { clinicYaml } from "../../../test/pacs/clinic-server.ts";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";
import { bareCase } from "../../../test/workspace/bare-case.ts";

const folder = mkdtempSync(join(tmpdir(), "retention-"));
const data = join(folder, "data");
const config = join(folder, "clinic.yaml");
const list = join(folder, "to-remove.json");
emptyWorkspace(data);
writeFileSync(config, clinicYaml("retention: { neverReviewed: 90 days }\n"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function retention(...args: readonly string[]) {
  const main = new URL("../main.ts", import.meta.url).pathname;
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      ...["--disable-warning=ExperimentalWarning", main, "retention"],
      ...[...args, "--config", config, "--data", data, "--json"],
    ],
    { encoding: "utf8" },
  );
  return { status, result: JSON.parse(stdout) };
}

test("an old patient is listed, and goes when the list is given back; a list that is old or another's removes none", async () => {
  const workspace = await openWorkspace(data);
  const [old, recent] = [await bareCase(workspace.db), await bareCase(workspace.db)];
  const longAgo = new Date(Date.now() - 200 * 24 * 3600 * 1000);
  await workspace.db
    .updateTable("cases")
    .set({ state: "to-review", received_at: longAgo, changed_at: longAgo })
    .where("id", "=", old)
    .execute();
  await workspace.close();

  const cases = [expect.objectContaining({ caseId: old, rule: "neverReviewed" })];
  expect(retention("list", "--out", list).result).toMatchObject({ cases });
  expect(retention("list").result).toMatchObject({ cases });
  const again = retention("list", "--out", config);
  expect(again).toMatchObject({ status: 1, result: { error: { code: "file-exists" } } });
  expect(retention("list", "--out", list, "--force").status).toBe(0);
  const removalList = JSON.parse(readFileSync(list, "utf8"));
  for (const [change, code] of [
    [{ madeAt: longAgo.toISOString() }, "file-changed"],
    [{ workspace: crypto.randomUUID() }, "other-workspace"],
    [{ format: 2 }, "file-unreadable"],
  ] as const) {
    writeFileSync(list, JSON.stringify({ ...removalList, ...change }));
    expect(retention("remove", list)).toMatchObject({ status: 1, result: { error: { code } } });
  }
  writeFileSync(
    list,
    JSON.stringify({
      ...removalList,
      cases: [...removalList.cases, { ...removalList.cases[0], caseId: recent }],
    }),
  );
  expect(retention("remove", list).result).toEqual({ removed: 1, stayed: [recent] });
  expect(retention("list").result).toMatchObject({ cases: [] });
});

/** What waits in the spool of a running listener for what comes another way. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkClinic } from "#pacs/rules/read-clinic.ts";
import { identifyInstance } from "#patients/instance-file.ts";
import { importFolder } from "#workspace/work/upload/import-cases.ts";
import { openWorkspace } from "#workspace/workspace.ts";
import { clinicYaml } from "../../../test/pacs/clinic-server.ts";
import { emptyWorkspace, phantomFolder } from "../../../test/shared-inputs.ts";
import { openListener } from "./open-listener.ts";
import { openSpool } from "./spool.ts";

test("a structure set that was sent before its CT joins it also where the CT is uploaded", async () => {
  const folder = mkdtempSync(join(tmpdir(), "listener-"));
  const phantom = await phantomFolder(21, 64);
  const data = join(folder, "data");
  emptyWorkspace(data);
  const workspace = await openWorkspace(data);
  const { clinic } = checkClinic(clinicYaml("", { quietSeconds: 1 }));
  if (clinic === undefined) throw new Error("the configuration is no configuration");
  const listener = await openListener(clinic, undefined, {
    workspace,
    wake: () => undefined,
    log: () => undefined,
  });
  onTestFinished(async () => {
    await listener.close();
    await workspace.close();
    for (const made of [folder, join(phantom, "..")]) rmSync(made, { recursive: true, force: true });
  });
  const spool = await openSpool(join(data, "spool"));
  const [name] = readdirSync(phantom).filter((file) => file.endsWith(".dcm"));
  const identity = await identifyInstance(join(phantom, name));
  const bytes = readFileSync(join(phantom, name)).subarray(identity.dataSetAt);
  const received = (async function* () {
    yield bytes;
  })();
  await spool.receive({ ...identity, data: received }, () => true);

  cpSync(join(phantom, "ct"), join(folder, "upload"), { recursive: true });
  const { cases } = await importFolder(workspace, join(folder, "upload"));
  const { maskFiles } = workspace.folderOf(cases[0].id);
  await expect.poll(() => readdirSync(maskFiles).length, { timeout: 90_000 }).toBe(1);
  await expect.poll(() => spool.series(), { timeout: 90_000 }).toEqual([]);
});

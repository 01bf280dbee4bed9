/** Uploads of one CT at the same moment. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openWorkspace } from "#workspace/workspace.ts";
import { emptyWorkspace } from "../../../../test/shared-inputs.ts";
import { writeSmallSeries } from "../../../../test/workspace/load/small-series.ts";
import { importFolder } from "./import-cases.ts";

test("of two uploads of a CT at once one takes it, and the other says that it is there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "import-cases-"));
  const data = join(folder, "data");
  emptyWorkspace(data);
  const workspace = await openWorkspace(data);
  const [name] = writeSmallSeries(folder, { count: 1, slices: 4 });
  const [first, second] = ["first", "second"].map((upload) => join(workspace.uploads, upload));
  for (const upload of [first, second]) cpSync(join(folder, name), upload, { recursive: true });
  const { files } = workspace;
  const take: typeof files.take = async (caseId, from) => {
    // When the first one has been read, and is not recorded yet.
    expect((await importFolder(workspace, second)).cases).toHaveLength(1);
    return files.take(caseId, from);
  };
  const { cases, problems } = await importFolder({ ...workspace, files: { ...files, take } }, first);
  expect(cases).toEqual([]);
  expect(problems).toEqual(["A CT series is on the worklist already and was not taken a second time."]);
  await workspace.close();
  rmSync(folder, { recursive: true });
});

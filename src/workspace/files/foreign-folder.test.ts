import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { backUp } from "#workspace/backup/backup.ts";
import { openWorkspace } from "#workspace/workspace.ts";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";

const folder = mkdtempSync(join(tmpdir(), "foreign-"));
const data = join(folder, "data");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Only root can give a folder to somebody, and only root has rights in it then.
test.skipIf(process.getuid?.() !== 0)(
  "root neither opens nor backs up another user's folder, and leaves nothing in it",
  async () => {
    emptyWorkspace(data);
    const before = readdirSync(data);
    chownSync(data, 65534, 65534);
    chmodSync(data, 0o755);
    const refusal = { code: "file-unwritable", message: expect.stringContaining("sudo -u '#65534'") };
    await expect(openWorkspace(data)).rejects.toMatchObject(refusal);
    await expect(backUp({ data, out: join(folder, "backup") })).rejects.toMatchObject(refusal);
    expect(readdirSync(data)).toEqual(before);
    expect(statSync(data).mode & 0o777).toBe(0o755);
  },
);

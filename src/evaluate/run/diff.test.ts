/** What changed between two structure sets, through files: who is whose heir. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { persons, writeCt, writeSet } from "../../../test/archive.ts";
import { diffStructureSets } from "./diff.ts";

const root = mkdtempSync(join(tmpdir(), "delineate diff-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test("of targets that are all alike each was renamed to the one that is most like it", async () => {
  const ct = await writeCt(join(root, "ct"), { person: persons[0], uidName: "diff", seed: 1 });
  const [a, b] = [join(root, "a.dcm"), join(root, "b.dcm")];
  // 10 and 11 columns: a DSC of 0.95 with each other.
  writeSet(a, ct, { GTV: [2, 12], CTV: [2, 13] });
  writeSet(b, ct, { "CTV new": [2, 13], "GTV new": [2, 12] });
  const { rois } = await diffStructureSets(a, b, join(root, "ct"), undefined);
  expect(rois).toMatchObject([
    { name: "GTV", newName: "GTV new", change: "renamed", dsc: 1 },
    { name: "CTV", newName: "CTV new", change: "renamed", dsc: 1 },
  ]);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import type { AuditEntry } from "#contract/workspace/account.ts";
import { ChainCheck, chained } from "./audit-chain.ts";

function chainOf(actions: readonly string[]): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const action of actions) {
    const event = { at: "2026-01-01T00:00:00.000Z", who: "ann", subject: { caseId: "1" }, refused: "" };
    entries.push(chained(entries.at(-1), { ...event, action }));
  }
  return entries;
}

/** The first problem. */
function problemIn(entries: readonly AuditEntry[]): string | undefined {
  const check = new ChainCheck();
  for (const entry of entries) {
    const problem = check.next(entry);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const actions = fc.array(fc.string(), { minLength: 2, maxLength: 8 });

test("a chain as it was written is whole, and so is its beginning", () => {
  fc.assert(
    fc.property(actions, fc.nat(), (names, cut) => {
      const entries = chainOf(names);
      expect(problemIn(entries)).toBeUndefined();
      expect(problemIn(entries.slice(0, cut % entries.length))).toBeUndefined();
    }),
  );
});

test("an entry that was changed, taken out before the end, put in or moved shows", () => {
  const changes: readonly ((entry: AuditEntry) => Partial<AuditEntry>)[] = [
    ({ who }) => ({ who: `${who}x` }),
    ({ action }) => ({ action: `${action}x` }),
    () => ({ subject: { caseId: "2" } }),
    () => ({ at: "2026-01-01T00:00:00.001Z" }),
    () => ({ refused: "usage" }),
    ({ hash }) => ({ hash: hash.replace(/./, (first) => (first === "0" ? "1" : "0")) }),
  ];
  fc.assert(
    fc.property(actions, fc.nat(), fc.nat(), (names, place, way) => {
      const entries = chainOf(names);
      const at = place % entries.length;
      const changed = { ...entries[at], ...changes[way % changes.length](entries[at]) };
      expect(problemIn(entries.with(at, changed))).toBeDefined();
      expect(problemIn(entries.toSpliced(at, 0, entries[at]))).toBeDefined();
      if (at === entries.length - 1) return;
      expect(problemIn(entries.toSpliced(at, 1))).toBeDefined();
      expect(problemIn(entries.toSpliced(at, 2, entries[at + 1], entries[at]))).toBeDefined();
    }),
  );
});

test("an entry that was changed and chained anew with all after it shows beside a hash that was noted before", () => {
  const [before, after] = [chainOf(["a", "b", "c"]), chainOf(["a", "x", "c"])];
  expect(problemIn(after)).toBeUndefined();
  expect(after.map(({ hash }) => hash)).not.toContain(before[2].hash);
});

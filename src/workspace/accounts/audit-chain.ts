/**
 * The audit log as a chain: each entry holds the hash of the one before, so that one that was changed, taken out or put in
 * shows. That the last ones were cut off shows only beside a hash that was noted elsewhere before.
 */
import { createHash } from "node:crypto";
import type { AuditEntry } from "#contract/workspace/account.ts";

type Unchained = Omit<AuditEntry, "hash">;

/** SHA-256 of the entry's values in a fixed order, its subject's by their names. */
export function hashOfEntry({ number, at, who, action, subject, refused, previous }: Unchained): string {
  const about = Object.entries(subject).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([number, at, who, action, about, refused, previous]);
  return createHash("sha256").update(text).digest("hex");
}

/** The entry that follows `last`; the first one if there is none. */
export function chained(
  last: Pick<AuditEntry, "number" | "hash"> | undefined,
  entry: Omit<Unchained, "number" | "previous">,
): AuditEntry {
  const whole = { ...entry, number: (last?.number ?? 0) + 1, previous: last?.hash ?? "" };
  return { ...whole, hash: hashOfEntry(whole) };
}

/** Checks entries one after another, in their order. */
export class ChainCheck {
  #last: AuditEntry | undefined;

  get last(): AuditEntry | undefined {
    return this.#last;
  }

  /** What is wrong at this entry, as a sentence; undefined for nothing. */
  next(entry: AuditEntry): string | undefined {
    const expected = (this.#last?.number ?? 0) + 1;
    if (entry.number !== expected)
      return `Entry ${expected} is missing: ${entry.number} stands in its place.`;
    if (entry.previous !== (this.#last?.hash ?? ""))
      return `Entry ${entry.number} does not follow the one before it: that one was changed.`;
    if (entry.hash !== hashOfEntry(entry)) return `Entry ${entry.number} was changed.`;
    this.#last = entry;
    return undefined;
  }
}

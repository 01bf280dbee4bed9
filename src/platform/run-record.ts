/** Writes `run.json`: starts a clock when the run starts, fills in machine and version. */
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
import type { RunRecord } from "#contract/run-record.ts";
import { programName, programVersion } from "./version.ts";
import { refuseExisting, writeTogether } from "./write-file.ts";

type RunFacts = Omit<RunRecord, "program" | "version" | "startedAt" | "elapsedMs" | "machine">;

type RunClock = {
  readonly startedAt: Date;
  /** The record of this run, the time since its start included. */
  record(facts: RunFacts): RunRecord;
};

export function startRun(): RunClock {
  const startedAt = new Date();
  const startedMs = performance.now();
  return {
    startedAt,
    record: (facts) => ({
      program: programName,
      version: programVersion,
      startedAt: startedAt.toISOString(),
      elapsedMs: Math.round(performance.now() - startedMs),
      machine: {
        platform: `${process.platform}-${process.arch}`,
        node: process.version,
        cores: availableParallelism(),
      },
      ...facts,
    }),
  };
}

/** Where the record of an output file lies: `out.dcm` has `out.dcm.run.json` beside it. */
export function recordPathFor(output: string): string {
  return join(dirname(output), `${basename(output)}.run.json`);
}

/**
 * An output with its record beside it: both are written, or what was there before stays; what the output is worth may stand in the
 * record alone. Throws as `writeFileAtomic`.
 */
export async function writeRecorded(
  path: string,
  content: Uint8Array,
  record: RunRecord,
  { force }: { readonly force: boolean },
): Promise<void> {
  await refuseExisting(path, { force });
  const recordText = `${JSON.stringify(record, null, 2)}\n`;
  await writeTogether([
    { path: recordPathFor(path), content: recordText },
    { path, content },
  ]);
}

/**
 * What an experiment is asked to do, and its lock: `experiment.json` in its folder holds the request that all results there
 * belong to. The same request goes on where it stopped; another one is refused.
 */
import { hostname } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { CohortSplit } from "#contract/cohort-split.ts";
import type { NetworkName, TrainingConfiguration } from "#contract/training-configuration.ts";
import { DelineateError, type ErrorCode } from "#core/errors.ts";
import { type OwnJson, readOwnJson } from "#platform/own-json.ts";
import { programVersion } from "#platform/version.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import type { SplitChoice } from "./choose-split.ts";

export type ExperimentRequest = {
  readonly cohort: string;
  readonly out: string;
  /** At least one; the first is compared with each other one. */
  readonly networks: readonly NetworkName[];
  /** Of all networks; its `network` is replaced by each, its `width` where `widths` has another for that network. */
  readonly configuration: TrainingConfiguration;
  /** Channels of a network's first stage by its name. */
  readonly widths: Readonly<Record<string, number>>;
  readonly protocol: "own" | "zhang2020";
  /** A split that is given, or how to draw one. */
  readonly split: CohortSplit | SplitChoice;
  /** Synthetic patients in each group of the stress set; 0 leaves it out. */
  readonly stressPatients: number;
  readonly checkpointEvery: number;
  /** Threads of one operator; all cores without it. */
  readonly threads?: number | undefined;
  /** What reproduces this, as typed. */
  readonly commands: readonly string[];
};

/** What one network of the experiment is trained with. */
export function configurationOf(
  { configuration, widths }: Pick<ExperimentRequest, "configuration" | "widths">,
  network: NetworkName,
): TrainingConfiguration {
  return { ...configuration, network, width: widths[network] ?? configuration.width };
}

/** The part that determines results: where it is written and how often it is saved do not. */
function determining(request: ExperimentRequest) {
  const { cohort, networks, configuration, widths, protocol, split, stressPatients } = request;
  return {
    ...{ version: programVersion, cohort, networks, configuration, widths },
    ...{ protocol, split, stressPatients },
  };
}

/** Takes the folder for this request, or goes on in it. Throws `bad-configuration` if it belongs to another one, `file-unreadable`. */
export async function claimFolder(
  request: ExperimentRequest,
  now: Date,
): Promise<{ readonly startedAt: string }> {
  const record = await readRecord(request);
  if (record !== undefined) {
    refuseOther(request, record.request, "bad-configuration");
    return { startedAt: record.startedAt };
  }
  const startedAt = now.toISOString();
  const content = { format: 1, startedAt, request: determining(request) };
  await writeFileAtomic(recordPath(request), `${JSON.stringify(content, null, 2)}\n`);
  return { startedAt };
}

/**
 * For a process that takes part in an experiment that another one began. Throws `other-workspace` where its folder is not there,
 * or is another experiment's.
 */
export async function joinFolder(request: ExperimentRequest): Promise<void> {
  const record = await readRecord(request);
  if (record === undefined)
    throw new DelineateError(
      "other-workspace",
      `${hostname()} does not see ${recordPath(request)}: is the shared folder mounted there at the same path?`,
    );
  // As it was typed where the experiment was begun: from there it may be another path.
  refuseOther(request, { ...record.request, cohort: request.cohort }, "other-workspace");
}

/** Says whose the experiment's folder is. */
export function recordPath({ out }: Pick<ExperimentRequest, "out">): string {
  return join(out, "experiment.json");
}

const recordSchema = z.object({ startedAt: z.string(), request: z.record(z.string(), z.unknown()) });
type ExperimentRecord = z.output<typeof recordSchema>;
const recordFile: OwnJson<ExperimentRecord> = {
  schema: recordSchema,
  said: "which experiment the folder belongs to",
  remedy: "Choose another --out.",
  code: "file-unreadable",
};

/** Undefined where the folder is nobody's yet. */
function readRecord(request: ExperimentRequest): Promise<ExperimentRecord | undefined> {
  return readOwnJson(recordPath(request), recordFile);
}

function refuseOther(
  request: ExperimentRequest,
  recorded: ExperimentRecord["request"],
  code: ErrorCode,
): void {
  const requested: unknown = JSON.parse(JSON.stringify(determining(request)));
  if (isDeepStrictEqual(recorded, requested)) return;
  throw new DelineateError(
    code,
    `${recordPath(request)} belongs to another experiment: ${differences(recorded, requested).join("; ")}. Go on with its options, or choose another --out.`,
  );
}

/** "configuration.width is 8 there, 16 here" */
function differences(recorded: unknown, requested: unknown, path = ""): string[] {
  if (isDeepStrictEqual(recorded, requested)) return [];
  if (isRecord(recorded) && isRecord(requested)) {
    const keys = [...new Set([...Object.keys(recorded), ...Object.keys(requested)])];
    return keys.flatMap((key) =>
      differences(recorded[key], requested[key], path === "" ? key : `${path}.${key}`),
    );
  }
  const short = (value: unknown): string => {
    const text = JSON.stringify(value) ?? "missing";
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
  };
  return [`${path} is ${short(recorded)} there, ${short(requested)} here`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

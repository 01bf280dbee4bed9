/** `delineate benchmark` on the command line: this machine's times, beside the paper's. */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { paper } from "#experiment/report/zhang2020/paper.ts";
import { shippedModel } from "#model/run/load-model.ts";
import { uNetWidthBeside } from "#networks/networks.ts";
import { makePhantoms } from "#phantom/run/phantom.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import type { NetworkShape } from "#segment/run/benchmark/random-network.ts";
import { type NetworkTime, timeNetworks } from "#segment/run/benchmark/time-networks.ts";
import { type PatientTime, timePatient } from "#segment/run/benchmark/time-patient.ts";
import { wholeNumber } from "./arguments/options.ts";
import { printResult, say, table } from "./output.ts";

type Options = { model?: string; rounds: number; json?: boolean };

/** The paper's input, and the widths of its networks (docs/decisions/0005). */
const paperSize = 512;
const paperWidth = 64;
/** What the shipped model is. */
const small = { network: "modified-resnet34", width: 16, size: 256 } as const;

const shapes: readonly NetworkShape[] = [
  { network: "modified-resnet34", width: paperWidth, size: paperSize },
  { network: "u-net", width: uNetWidthBeside(paperWidth), size: paperSize },
  small,
];

export function benchmarkVerb(command: Command): void {
  command
    .option("--model <FILE>", "model to contour the patient with (default: the shipped one)")
    .option("--rounds <N>", "turns that medians are taken of", wholeNumber(1, 1000), 5)
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExamples:\n  $ delineate benchmark\n  $ delineate benchmark patient/ct --json")
    .action(async (ctPath: string | undefined, { model, rounds, json }: Options) => {
      const signal = interruptSignal("Stopping.");
      const progress = createTerminalProgress();
      const ownFolder =
        ctPath === undefined ? await mkdtemp(join(tmpdir(), "delineate-benchmark-")) : undefined;
      try {
        if (ownFolder !== undefined) {
          say("Without a CT a synthetic one is made first, which takes longer than the rest.");
          await makePhantoms(
            { patients: 1, first: 1, seed: 1, size: 512, out: join(ownFolder, "phantom") },
            progress,
          );
        }
        const folder = ctPath ?? join(ownFolder ?? "", "phantom/patient-0001/ct");
        const patient = await timePatient(folder, { model: model ?? shippedModel, rounds, progress, signal });
        const networks = await timeNetworks(shapes, { rounds, progress, signal });
        const result = {
          processor: cpus()[0]?.model ?? "unknown",
          cores: cpus().length,
          rounds,
          networks,
          patient,
        };
        printResult(json, result, describeResult(result));
      } finally {
        if (ownFolder !== undefined) await rm(ownFolder, { recursive: true, force: true });
      }
    });
}

type Result = {
  readonly processor: string;
  readonly cores: number;
  readonly rounds: number;
  readonly networks: readonly NetworkTime[];
  readonly patient: readonly PatientTime[];
};

function describeResult({ processor, cores, rounds, networks, patient }: Result): string {
  const networkRows = networks.map(({ network, width, size, device, threads, msPerSlice }) => [
    `${network}, width ${width}`,
    `${size} x ${size}`,
    device === "cpu" ? `${threads} of ${cores} cores` : device,
    msPerSlice.toFixed(1),
    size === paperSize ? paper.networks[network].sliceMs.mean.toFixed(0) : "",
  ]);
  const [near, every] = patient;
  const stageRows = near.stages.map(({ stage, ms }) => {
    const whole = every.stages.find((other) => other.stage === stage)?.ms;
    const slice = (value: number): string => (value / near.slices).toFixed(1);
    return [
      stage,
      ms.toFixed(0),
      slice(ms),
      ...(whole === undefined ? ["", ""] : [whole.toFixed(0), slice(whole)]),
    ];
  });
  return [
    `${processor}, ${cores} cores; medians of ${rounds} turns.`,
    "",
    "The network alone, one slice:",
    table(["network", "input", "on", "ms", "paper's ms (GTX 1080 Ti)"], networkRows),
    "",
    `A patient of ${near.slices} slices, from the files to the RTSTRUCT, the program running:`,
    table(["stage", "ms", "ms per slice", "every slice: ms", "ms per slice"], stageRows),
  ].join("\n");
}

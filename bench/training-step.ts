/**
 * A training step of 8 slices of 256 x 256 at small widths, with one thread and with two: this revision, one before
 * (`--against`, the folder of its checkout) and PyTorch, in turn on one machine. Prints medians and the medians of the rounds'
 * ratios. Beside the time on the clock stands the processor time of all threads: on a busy machine the clock counts the others' work.
 * PyTorch: Debian's python3-torch.
 *
 *   npm run bench training-step -- --against ../before --network u-net --widths 8,16 --rounds 9
 */
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { table } from "#cli/output.ts";
import { median } from "#statistics/moments.ts";
import { askProcess, askPytorch } from "./peers/ask-process.ts";

const { values: options } = parseArgs({
  options: {
    against: { type: "string" },
    network: { type: "string", default: "modified-resnet34" },
    widths: { type: "string", default: "16,32" },
    threads: { type: "string", default: "1,2" },
    rounds: { type: "string", default: "7" },
  },
});
const [size, batch] = [256, 8];
const rounds = Number(options.rounds);
/** The first steps allocate memory and choose kernels. */
const warmUps = 2;
/** Threads spin for a while after their work: the next side begins when they sleep. */
const settleMs = 200;

type Step = { readonly wall: number; readonly processor: number };
type Side = { step(): Promise<Step>; memoryKb(): Promise<number>; end(): void };

function side({ ask, end }: ReturnType<typeof askProcess>): Side {
  return {
    step: async () => {
      const [wall, processor = Number.NaN] = await ask("train");
      return { wall, processor };
    },
    memoryKb: async () => (await ask("memory"))[0],
    end,
  };
}

const ours = (checkout: string, width: number, threads: number): Side =>
  side(
    askProcess(process.execPath, [
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "training-step", "step-process.ts"),
      checkout,
      options.network,
      ...[size, width, batch, threads].map(String),
    ]),
  );
const pytorch = (width: number, threads: number): Side =>
  side(askPytorch({ network: options.network, size, width, batch, accumulate: 1, threads }));

const milliseconds = (seconds: number): string => (1000 * seconds).toFixed(0);

/** A row for each side: median times, and the ratio of this revision to it. */
async function measure(width: number, threads: number): Promise<string[][]> {
  const sides = new Map([["this revision", ours(resolve(import.meta.dirname, ".."), width, threads)]]);
  if (options.against !== undefined) sides.set("before", ours(resolve(options.against), width, threads));
  sides.set("PyTorch", pytorch(width, threads));
  const steps = new Map([...sides.keys()].map((name) => [name, [] as Step[]]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const [name, { step }] of sides) {
      const times = await step();
      if (round >= 0) steps.get(name)?.push(times);
      await pause(settleMs);
    }
  }
  const ourSteps = steps.get("this revision") ?? [];
  const rows: string[][] = [];
  for (const [name, sideSteps] of steps) {
    const ratio = (value: (step: Step) => number): string => {
      const middle = median(sideSteps.map((step, at) => value(ourSteps[at]) / value(step)));
      return Number.isNaN(middle) ? "" : middle.toFixed(2);
    };
    const memoryKb = (await sides.get(name)?.memoryKb()) ?? Number.NaN;
    const processor = median(sideSteps.map((step) => step.processor));
    rows.push([
      `${width}`,
      `${threads}`,
      name,
      milliseconds(median(sideSteps.map(({ wall }) => wall))),
      ratio(({ wall }) => wall),
      Number.isNaN(processor) ? "" : milliseconds(processor),
      ratio((step) => step.processor),
      (memoryKb / 1e6).toFixed(2),
    ]);
  }
  for (const { end } of sides.values()) end();
  return rows;
}

process.stdout.write(
  `${options.network}, ${batch} slices of ${size} x ${size}, medians of ${rounds} rounds, ${cpus()[0].model.trim()}\n`,
);
const head = ["width", "threads", "", "ms", "ours to it", "processor ms", "ours to it", "peak GB"];
const list = (text: string): number[] => text.split(",").map(Number);
for (const width of list(options.widths)) {
  for (const threads of list(options.threads)) {
    process.stdout.write(`${table(head, await measure(width, threads))}\n`);
  }
}

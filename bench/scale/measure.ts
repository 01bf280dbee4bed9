/** What a program took, said by itself at its end: time, processor time, and the most memory that it had. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Cost = {
  readonly seconds: number;
  /** Of all threads. */
  readonly processorSeconds: number;
  /** Peak resident memory. */
  readonly megabytes: number;
};

/** Worker threads inherit it and write the same; the main thread ends last. */
const atExit = `data:text/javascript,import { writeFileSync } from "node:fs";
process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(process.env.COST, JSON.stringify({ megabytes: maxRSS / 1024, processorSeconds: (userCPUTime + systemCPUTime) / 1e6 }));
});`;

/** Runs a file of the project on the Node.js that runs this. Throws with what it said if it fails. */
export async function costOf(file: string, args: readonly string[]): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), "cost-"));
  const cost = join(folder, "cost.json");
  const started = performance.now();
  const child = spawn(process.execPath, ["--import", atExit, file, ...args], {
    env: { ...process.env, COST: cost },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errorText = "";
  child.stderr.on("data", (text: Buffer) => {
    errorText = (errorText + text.toString()).slice(-4000);
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${code}: ${errorText}`);
  const { megabytes, processorSeconds } = JSON.parse(readFileSync(cost, "utf8"));
  rmSync(folder, { recursive: true });
  return { seconds, processorSeconds, megabytes };
}

/** The command line, with a verb and its arguments. */
export function costOfVerb(...args: readonly string[]): Promise<Cost> {
  return costOf("src/cli/main.ts", args);
}

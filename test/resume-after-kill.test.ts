/** A training killed with SIGKILL in the middle goes on from its checkpoint as if nothing had happened. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { phantomCohort } from "./shared-inputs.ts";
import { signalAt } from "./signal-at.ts";

const folder = mkdtempSync(join(tmpdir(), "resume-"));
const cohort = join(folder, "cohort");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => phantomCohort(cohort, { patients: 2, seed: 5, size: 64 }));

const main = join(import.meta.dirname, "../src/cli/main.ts");
const options =
  "--set size=64 --set width=8 --epochs 3 --set batch=4 --set learningRate=0.001 --set schedule=cosine --checkpoint-every 2".split(
    " ",
  );

type End = { code: number | null; signal: string | null; talk: string; answer: string };

/** `signal`: it gets that as soon as it has a checkpoint. */
function train(out: string, more: readonly string[] = [], signal?: NodeJS.Signals): Promise<End> {
  const node = signal === undefined ? [] : signalAt("checkpoint.safetensors", signal);
  const args = [...node, main, "train", cohort, "--out", out, ...options, ...more];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let [talk, answer] = ["", ""];
  child.stdout.on("data", (chunk) => {
    answer += chunk;
  });
  child.stderr.on("data", (chunk) => {
    talk += chunk;
  });
  return new Promise((resolve) => {
    child.on("close", (code, endedBy) => resolve({ code, signal: endedBy, talk, answer }));
  });
}

function losses(run: string): { step: number; loss: number }[] {
  const [, ...lines] = readFileSync(join(run, "loss.csv"), "utf8").trim().split("\n");
  return lines.map((line) => ({ step: Number(line.split(",")[0]), loss: Number(line.split(",")[2]) }));
}

test("killed after a checkpoint and resumed, the loss curve is that of an uninterrupted run, to 1e-6", async () => {
  const whole = join(folder, "whole");
  expect(await train(whole)).toMatchObject({ code: 0 });

  const killed = join(folder, "killed");
  expect((await train(killed, [], "SIGKILL")).signal).toBe("SIGKILL");
  expect(existsSync(join(killed, "model.onnx"))).toBe(false);

  expect(await train(killed, ["--resume"])).toMatchObject({ code: 0 });
  const [expected, resumed] = [losses(whole), losses(killed)];
  expect(expected.length).toBeGreaterThan(8);
  expect(resumed.map(({ step }) => step)).toEqual(expected.map(({ step }) => step));
  resumed.forEach(({ loss }, index) => {
    expect(Math.abs(loss - expected[index].loss)).toBeLessThan(1e-6);
  });
});

test("a second training into the same folder is refused, and a resume without a checkpoint too", async () => {
  const { code, talk } = await train(join(folder, "whole"));
  expect(code).toBe(1);
  expect(talk).toContain("holds a training: go on with it by --resume, or choose another --out.");
  const missing = await train(join(folder, "nowhere"), ["--resume"]);
  expect(missing.code).toBe(1);
  expect(missing.talk).toContain("no checkpoint");
});

test("interrupted it ends as such, and says how to go on to the same model", async () => {
  const stopped = join(folder, "stopped");
  const { code, answer } = await train(stopped, ["--threads", "2"], "SIGINT");
  expect(code).toBe(130);
  expect(answer).toContain(`delineate train ${cohort} --out ${stopped} --resume --threads 2`);
});

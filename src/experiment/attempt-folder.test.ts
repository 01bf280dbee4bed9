/** Attempts at one training: who has the checkpoint, and whose result counts. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { attemptFolder, conclude, isTrained, layDown, takeUp } from "./attempt-folder.ts";

let training: string;
beforeEach(() => {
  training = join(mkdtempSync(join(tmpdir(), "attempts-")), "fold-1", "u-net");
});

/** A folder with a checkpoint of that age, of which `content` is known. */
function save(folder: string, content: string, seconds: number): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "checkpoint.safetensors");
  writeFileSync(path, content);
  utimesSync(path, seconds, seconds);
}
const checkpointOf = (folder: string): string => readFileSync(join(folder, "checkpoint.safetensors"), "utf8");
const below = (): string[] => readdirSync(join(training, "..")).sort();

test("an attempt gets the newest checkpoint, and the one before finds its folder gone", async () => {
  const [first, second, third] = ["a.0", "a.1", "b.0"].map((name) => attemptFolder(training, name));
  save(training, "single process", 100);
  save(first, "first", 200);
  await takeUp(training, second);
  expect([checkpointOf(second), below()]).toEqual(["first", ["u-net.a.1"]]);
  expect(() => writeFileSync(join(first, "loss.csv"), "late")).toThrow("ENOENT");
  await takeUp(training, third);
  expect([checkpointOf(third), below()]).toEqual(["first", ["u-net.b.0"]]);
});

test("a training without a checkpoint begins anew, and its folder is nobody's", async () => {
  mkdirSync(training, { recursive: true });
  writeFileSync(join(training, "loss.csv"), "step");
  await takeUp(training, attemptFolder(training, "a.0"));
  expect(below()).toEqual([]);
});

test("laid down, it is where a process alone looks for it", async () => {
  const attempt = attemptFolder(training, "a.0");
  save(attempt, "stopped", 100);
  await layDown(training, attempt);
  expect([checkpointOf(training), below()]).toEqual(["stopped", ["u-net"]]);
  // Taken by another one meanwhile.
  await layDown(training, attempt);
  expect(checkpointOf(training)).toBe("stopped");
});

test("what an attempt writes after its checkpoint was taken up is not laid down as the training", async () => {
  const [stopped, second] = ["a.0", "a.1"].map((name) => attemptFolder(training, name));
  save(stopped, "stopped", 100);
  await takeUp(training, second);
  // Its model was about to be written: that makes the folder anew.
  mkdirSync(stopped);
  writeFileSync(join(stopped, "trained.json"), "late");
  await layDown(training, stopped);
  expect(await isTrained(training)).toBe(false);
  expect(checkpointOf(second)).toBe("stopped");
});

test("the first that is done is the training; one that comes later changes nothing", async () => {
  const [first, second] = ["a.0", "a.1"].map((name) => attemptFolder(training, name));
  for (const attempt of [first, second]) {
    save(attempt, attempt, 100);
    writeFileSync(join(attempt, "trained.json"), attempt);
  }
  save(training, "left by a kill", 50);
  expect(await isTrained(training)).toBe(false);
  await conclude(training, second);
  await conclude(training, first);
  await conclude(training, first);
  expect([checkpointOf(training), below()]).toEqual([second, ["u-net"]]);
  expect(existsSync(join(training, "trained.json"))).toBe(true);
});

/** The tables of a training: killed while it wrote a line, and where no line can be written. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openEpochLog } from "./epoch-log.ts";
import { openTrainingLog } from "./training-log.ts";

const folder = mkdtempSync(join(tmpdir(), "logs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a line that was cut short is no line of an early step or epoch", async () => {
  const [losses, epochs] = [join(folder, "loss.csv"), join(folder, "epochs.csv")];
  const steps = ["step,epoch,loss,learning_rate", "1,1,0.5,0.1", "2,1,0.3,0.1", "3,1,0.1,0.1"];
  // Steps 3 and 20 came after the checkpoint; of 20 a kill left the first digit.
  writeFileSync(losses, [...steps, "2"].join("\r\n"));
  const log = await openTrainingLog(losses, 2);
  expect(log.recentLoss()).toBeCloseTo(0.4, 12);
  expect(readFileSync(losses, "utf8")).toBe(`${steps.slice(0, 3).join("\r\n")}\r\n`);
  const header = "epoch,step,validation_loss,mean_dsc_of_patients,best,dsc of a";
  writeFileSync(epochs, [header, "1,10,0.5,0.6,1,0.6", "2,20,0.4,0.7,1,0.7", "1"].join("\r\n"));
  await openEpochLog(epochs, 1, ["a"]);
  expect(readFileSync(epochs, "utf8")).toBe(`${header}\r\n1,10,0.5,0.6,1,0.6\r\n`);
});

test("a line that cannot be written is the disk's fault, and told as such", async () => {
  const [losses, epochs] = [join(folder, "lost.csv"), join(folder, "lost-epochs.csv")];
  const log = await openTrainingLog(losses, 0);
  const validated = await openEpochLog(epochs, 0, []);
  for (const path of [losses, epochs]) {
    rmSync(path);
    mkdirSync(path);
  }
  log.add({ step: 1, epoch: 0, loss: 1, learningRate: 1 });
  await expect(log.flush()).rejects.toMatchObject({ code: "file-unwritable" });
  const report = { epoch: 1, step: 1, loss: 1, meanDsc: null, isBest: true, patients: [] };
  await expect(validated.add(report)).rejects.toMatchObject({ code: "file-unwritable" });
});

import { expect, test } from "vitest";
import { sparkline } from "#platform/sparkline.ts";
import { createTrainingView } from "./training-view.ts";

/** What a view writes to a stream. */
function seen(isTTY: boolean, columns = 120): { text: () => string; stream: NodeJS.WriteStream } {
  let text = "";
  const stream = {
    isTTY,
    columns,
    write: (part: string) => {
      text += part;
      return true;
    },
  };
  return { text: () => text, stream: stream as unknown as NodeJS.WriteStream };
}

const step = { step: 5, epoch: 0, loss: 0.25, learningRate: 1e-4 };
const epoch = {
  epoch: 1,
  step: 5,
  loss: 0.3,
  meanDsc: 0.612,
  isBest: true,
  patients: [{ name: "a", dsc: 0.612 }],
};

test("a sparkline shows lowest and highest, and means where values are more than its width", () => {
  expect(sparkline([0, 7, 3.5], 10)).toBe("▁█▅");
  expect(sparkline([0, 0, 8, 8], 2)).toBe("▁█");
  expect(sparkline([2, 2], 5)).toBe("▁▁");
  expect(sparkline([], 5)).toBe("");
});

test("in a log each validation is a line of its own with its unit, without escape codes", () => {
  const { text, stream } = seen(false);
  const view = createTrainingView(stream);
  view.start({ total: 10, epochs: 2, done: 0 });
  view.step(step, 0.25);
  view.epoch(epoch);
  view.end();
  expect(text()).not.toContain("\x1b");
  expect(text()).toMatch(/training {2}step 5\/10 {2}epoch 1\/2 {2}loss 0\.2500/);
  expect(text()).toMatch(/validation after epoch 1 .* DSC 0\.612 \(mean of 1 patient\) {2}best so far/);
});

test("a patient without a DSC is not counted, and no DSC is not 0", () => {
  const log = seen(false);
  createTrainingView(log.stream).epoch({ ...epoch, patients: [...epoch.patients, { name: "b", dsc: null }] });
  expect(log.text()).toContain("DSC 0.612 (mean of 1 patient)");
  const screen = seen(true);
  const view = createTrainingView(screen.stream);
  view.start({ total: 10, epochs: 2, done: 0 });
  view.step(step, 0.25);
  view.epoch({ ...epoch, meanDsc: null, patients: [{ name: "b", dsc: null }] });
  expect(screen.text()).toContain("DSC undefined (mean of patients), best undefined in epoch 1");
});

test("on a terminal three lines are drawn in place, none wider than the screen", () => {
  const { text, stream } = seen(true, 60);
  const view = createTrainingView(stream);
  view.start({ total: 10, epochs: 2, done: 0 });
  view.step(step, 0.25);
  view.epoch(epoch);
  view.end();
  const frames = text().split("\x1b[3A");
  expect(frames.length).toBe(2);
  const lines = frames[1].split("\n").map((line) => line.replace("\x1b[2K", ""));
  expect(lines.slice(0, 3).map((line) => line.split(" ")[0])).toEqual(["training", "loss", "validation"]);
  expect(lines.every((line) => line.length < 60)).toBe(true);
});

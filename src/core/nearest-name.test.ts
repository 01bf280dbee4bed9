/** The name that a misspelt one stands for. */
import { expect, test } from "vitest";
import { nearestName } from "./nearest-name.ts";

const names = [
  "epochs",
  "learningRate",
  "attention",
  "l2",
  "augmentation.rotationDegrees",
  "augmentation.noiseHu",
];

test.each([
  ["epoch", "epochs"],
  ["epohcs", "epochs"],
  ["learning-rate", "learningRate"],
  ["LEARNINGRATE", "learningRate"],
  ["rotation", "augmentation.rotationDegrees"],
  ["augmentation.noise", "augmentation.noiseHu"],
  ["augmentation.rotatoin", "augmentation.rotationDegrees"],
  ["augmentation.epochs", "epochs"],
  ["L1", "l2"],
])("%s means %s", (word, name) => {
  expect(nearestName(word, names)).toBe(name);
});

test("among no names there is none", () => {
  expect(nearestName("epoch", [])).toBeUndefined();
});

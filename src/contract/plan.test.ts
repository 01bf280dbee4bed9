/** A plan is refused with a named error wherever it is wrong, and what it leaves out has its default. */
import { expect, test } from "vitest";
import { z } from "zod";
import { changePlan, checkPlan, planDifferences, planSettings, settingIn } from "./plan.ts";
import { settingsOf } from "./settings.ts";
import { defaultTraining } from "./training-configuration.ts";

test("an empty plan is the default, and the default differs from itself in nothing", () => {
  expect(checkPlan({}, "plan.json")).toEqual(defaultTraining);
  expect(planDifferences(defaultTraining)).toEqual({});
});

test("every setting has its default in the default plan", () => {
  for (const { path, fallback } of planSettings)
    expect([path, settingIn(defaultTraining, path)]).toEqual([path, fallback]);
});

test.each<[string, unknown, string]>([
  ["a misspelt key", { epoch: 3 }, "there is no setting epoch; did you mean epochs?"],
  [
    "a nested misspelt key",
    { augmentation: { rotation: 3 } },
    "there is no setting augmentation.rotation; did you mean augmentation.rotationDegrees?",
  ],
  ["a value that is too small", { epochs: 0 }, "epochs is 0, expected a whole number from 1 to 100000."],
  ["a value that is too large", { dropout: 0.95 }, "dropout is 0.95, expected a number from 0 to 0.9."],
  [
    "a bound that is itself too small",
    { learningRate: 0 },
    "learningRate is 0, expected a number above 0, at most 1.",
  ],
  [
    "a size between the steps",
    { size: 100 },
    "size is 100, expected a whole number from 64 to 1024, a multiple of 32.",
  ],
  ["part of a step", { batch: 2.5 }, "batch is 2.5, expected a whole number from 1 to 256."],
  ["a text for a number", { epochs: "10" }, 'epochs is "10", expected a whole number from 1 to 100000.'],
  ["nothing for a number", { epochs: null }, "epochs is null, expected a whole number from 1 to 100000."],
  ["a number for a yes", { attention: 1 }, "attention is 1, expected true or false."],
  [
    "a loss that is none",
    { loss: "hinge" },
    'loss is "hinge", expected one of weighted-cross-entropy, cross-entropy',
  ],
  [
    "a network that is none",
    { network: "v-net" },
    'network is "v-net", expected one of modified-resnet34, u-net.',
  ],
  [
    "grey levels upside down",
    { greyLevels: { lowHu: 10, highHu: 10 } },
    "in greyLevels, highHu must be above lowHu.",
  ],
  ["a value for a group", { augmentation: 3 }, "augmentation is an object of settings, in braces."],
  ["a list", [1], "a plan is an object of settings, in braces."],
  ["nothing", null, "a plan is an object of settings, in braces."],
])("%s is refused", (_, value, sentence) => {
  const refused = () => checkPlan(value, "plan.json");
  expect(refused).toThrow(`plan.json: ${sentence}`);
  expect(refused).toThrow(expect.objectContaining({ code: "bad-configuration" }));
});

/** NAME=VALUE as a change. */
function changed(...texts: string[]) {
  const changes = texts.map((text) => {
    const [path, value] = text.split("=");
    return { path, text: value };
  });
  return planDifferences(changePlan(defaultTraining, changes));
}

test("what is set has the setting's type, also where it is nested, and the rest of a group stays", () => {
  expect(changed("epochs=10", "learningRate=3e-4", "attention=true", "roi=1", "loss=dice")).toEqual({
    ...{ attention: true, roi: "1", loss: "dice", epochs: 10, learningRate: 3e-4 },
  });
  expect(
    changed("augmentation.rotationDegrees=12", "augmentation.elastic=0.02", "lossParameters.focal.gamma=3"),
  ).toEqual({
    lossParameters: { focal: { gamma: 3 } },
    augmentation: { rotationDegrees: 12, elastic: 0.02 },
  });
  expect(defaultTraining.augmentation.rotationDegrees).toBe(0);
});

test.each([
  [["epoch=3"], "there is no setting epoch; did you mean epochs?"],
  [["augmentation=3"], "there is no setting augmentation; did you mean augmentation."],
  [["__proto__.epochs=3"], "there is no setting __proto__.epochs; did you mean epochs?"],
  [["epochs=many"], 'epochs is "many", expected a whole number'],
  [["epochs="], 'epochs is "", expected a whole number'],
  [["epochs=1e999"], 'epochs is "1e999", expected a whole number'],
  [["attention=yes"], 'attention is "yes", expected true or false'],
  [["epochs=3", "epochs=4"], "epochs is set twice"],
])("to set %s is wrong usage", (texts, sentence) => {
  expect(() => changed(...texts)).toThrow(sentence);
  expect(() => changed(...texts)).toThrow(expect.objectContaining({ code: "usage" }));
});

test("a setting without default or description is refused where it is added", () => {
  const settings = (property: z.ZodType) => () => settingsOf(z.strictObject({ property }));
  expect(settings(z.number().describe("a number"))).toThrow(/needs a default/);
  expect(settings(z.number().default(1))).toThrow(/needs a default and a description/);
  expect(settings(z.array(z.number()).default([]).describe("numbers"))).toThrow(/of type array/);
});

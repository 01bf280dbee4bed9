/** The protocol table compares what the paper states with what was in force, never a constant with itself. */
import { expect, test } from "vitest";
import { planSettings } from "#contract/plan.ts";
import { defaultTraining, type TrainingConfiguration } from "#contract/training-configuration.ts";
import { exampleResult } from "#experiment/report/example-result.ts";
import { protocolRows } from "./protocol-table.ts";

function rowOf(what: string, change: Partial<ReturnType<typeof exampleResult>["networks"][number]> = {}) {
  const result = exampleResult();
  const networks = result.networks.map((network) => ({ ...network, ...change }));
  return protocolRows({ ...result, networks }).find((row) => row.what === what);
}

test("the threshold is the models' own", () => {
  expect(rowOf("threshold of the sigmoid")).toMatchObject({ here: "0.5", how: "as the paper" });
  expect(rowOf("threshold of the sigmoid", { threshold: 0.9 })).toMatchObject({
    here: "0.9",
    how: "differs",
  });
});

test("the optimiser's moments are those that the steps are computed with", () => {
  expect(rowOf("optimiser")).toEqual({
    what: "optimiser",
    paper: "Adam 0.9/0.999",
    here: "Adam 0.9/0.999",
    how: "as the paper",
  });
});

test("each network's width has a row: the paper states one of them", () => {
  const narrow = { ...exampleResult().networks[0].configuration, width: 8 };
  const change = { configuration: narrow };
  expect(rowOf("channels of the first stage, modified ResNet34", change)).toMatchObject({
    paper: "64",
    here: "8",
    how: "reduced",
  });
  // 7/16 of 64.
  expect(rowOf("channels of the first stage, U-Net", change)).toMatchObject({
    paper: "not stated; 28 by its times",
    here: "8",
    how: "not stated there",
  });
});

test("training patients are those that a model saw, in a cross-validation the fewest of a fold", () => {
  const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `p${at}`);
  const row = (...trained: readonly number[]) => {
    const folds = trained.map((count) => ({ train: names(count), validation: [], test: [] }));
    return protocolRows({ ...exampleResult(), folds }).find(({ what }) => what === "training patients");
  };
  expect(row(300)).toMatchObject({ paper: "300", here: "300", how: "as the paper" });
  expect([row(299)?.how, row(301)?.how]).toEqual(["reduced", "differs"]);
  expect(row(31, 30, 31)).toMatchObject({ here: "30 in the smallest of 3 folds", how: "reduced" });
  expect([row(300, 300)?.how, row(300, 299)?.how]).toEqual(["as the paper", "reduced"]);
});

test("a spacing that is not known is said, not shown as a number", () => {
  const result = exampleResult();
  const patients = result.patients.map((patient) => ({ ...patient, sliceMm: null }));
  const row = protocolRows({ ...result, patients }).find(({ what }) => what === "slice distance (mm)");
  expect(row?.here).toBe("not known");
  expect(rowOf("slice distance (mm)")).toMatchObject({ here: "5", how: "as the paper" });
});

test("each setting past the paper has a row where it is on, by its help text, and none where it is off", () => {
  const { networks } = exampleResult();
  const rows = (change: Partial<TrainingConfiguration>) =>
    protocolRows({
      ...exampleResult(),
      networks: networks.map((network) => ({
        ...network,
        configuration: { ...network.configuration, ...change },
      })),
    }).filter(({ paper }) => paper === "none");
  expect(rows({})).toEqual([]);
  const augmentation = { ...defaultTraining.augmentation, noiseHu: 20 };
  expect(rows({ frame: "body", attention: true, augmentation })).toEqual([
    { what: helpOf("attention"), paper: "none", here: "yes", how: "differs" },
    { what: helpOf("frame"), paper: "none", here: "body", how: "differs" },
    { what: helpOf("augmentation.noiseHu"), paper: "none", here: "20", how: "differs" },
  ]);
});

function helpOf(path: string): string | undefined {
  return planSettings.find((setting) => setting.path === path)?.help;
}

import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readMetadata, shippedModel } from "#model/run/load-model.ts";
import { trainedOnWords } from "./trained-on.ts";

test("the shipped model's line counts its patients and names every cohort; the details give each one's number and licence", async () => {
  const metadata = readMetadata(await readFile(shippedModel), "gtv.onnx");
  const { summary, details } = trainedOnWords(metadata);
  const { sources, patients } = metadata.trainedOn;
  expect(sources.length).toBeGreaterThan(1);
  expect(summary).toBe(`${patients} patients (${sources.map(({ cohort }) => cohort).join(", ")})`);
  expect(details[0]).toBe(`${sources[0].patients} patients of ${sources[0].cohort} (${sources[0].licence})`);
  expect(details.slice(sources.length)).toEqual(metadata.trainingData);
});

test("a model of one cohort, without a list of sources, names that one", () => {
  const trainedOn = { cohort: "clinic", patients: 1, images: 9, steps: 1, finalLoss: 1, sources: [] };
  const words = trainedOnWords({ trainedOn, trainingData: [] });
  expect(words).toEqual({ summary: "1 patient (clinic)", details: [] });
});

import { expect, test } from "vitest";
import { ctOfSet } from "./ct-of-set.ts";

const ct = (seriesInstanceUid: string, frameOfReferenceUid: string | undefined) => ({
  ...{ seriesInstanceUid, frameOfReferenceUid },
});
const [a, b, c] = [ct("1", "f"), ct("2", "f"), ct("3", "g")];
const set = (referencedSeries: string[], framesOfReference: string[]) => ({
  ...{ referencedSeries, framesOfReference },
});

test("a set belongs to the series that it names, whatever shares its frame of reference", () => {
  expect(ctOfSet(set(["9", "2"], ["f"]), [a, b, c])).toEqual({ ct: b, byFrame: false });
  expect(ctOfSet(set(["3"], ["f"]), [a, b, c])).toEqual({ ct: c, byFrame: false });
});

test("a set that names no series here belongs to the only one in its frame of reference", () => {
  expect(ctOfSet(set([], ["g"]), [a, b, c])).toEqual({ ct: c, byFrame: true });
  expect(ctOfSet(set(["9"], ["f"]), [a, c])).toEqual({ ct: a, byFrame: true });
});

test.each([
  ["several in its frame", set([], ["f"]), "several-ct"],
  ["several that it names", set(["1", "3"], ["f"]), "several-ct"],
  ["none that it names", set(["9"], ["h"]), "no-ct"],
  ["nothing that it names", set([], []), "no-ct"],
] as const)("a set with %s is not guessed at", (_, drawnOn, code) => {
  expect(ctOfSet(drawnOn, [a, b, c])).toMatchObject({ ct: undefined, fault: { code } });
});

test("two that name no frame of reference share none", () => {
  expect(ctOfSet(set([], ["f"]), [ct("4", undefined)])).toMatchObject({ fault: { code: "no-ct" } });
});

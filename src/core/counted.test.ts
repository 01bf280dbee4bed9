import { expect, test } from "vitest";
import { counted } from "./counted.ts";

test("a number has its noun: one of it, or several", () => {
  expect([
    counted(1, "slice"),
    counted(0, "slice"),
    counted(2, "CT series", "CT series"),
    counted(1, "patient is", "patients are"),
  ]).toEqual(["1 slice", "0 slices", "2 CT series", "1 patient is"]);
});

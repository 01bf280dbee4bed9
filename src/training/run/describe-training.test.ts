import { expect, test } from "vitest";
import { validationMetrics } from "./describe-training.ts";

test("a model's validation DSC counts the patients that its mean is over, not those without a DSC", () => {
  expect(validationMetrics({ meanDsc: 0.5, measured: 5 }, 6)).toMatchObject([{ value: 0.5, count: 5 }]);
  // A checkpoint of an earlier version does not say.
  expect(validationMetrics({ meanDsc: 0.5 }, 6)).toMatchObject([{ count: 6 }]);
  expect(validationMetrics({ meanDsc: null, measured: 0 }, 6)).toEqual([]);
});

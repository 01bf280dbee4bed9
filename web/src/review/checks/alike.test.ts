import { expect, test } from "vitest";
import { groupAlike } from "./alike.ts";

test("what is said of many slices is one line, with the others behind it; what differs stays apart", () => {
  const of = (k: number): string => `The contour refers to another image than slice ${k}, on which it lies.`;
  const odd = "Slices are 3 mm apart.";
  expect(groupAlike([of(1), odd, of(2), of(2), "No number.", "2 of 3.", "1 of 3."])).toEqual([
    { first: of(1), others: [of(2)] },
    { first: odd, others: [] },
    { first: "No number.", others: [] },
    { first: "2 of 3.", others: [] },
    { first: "1 of 3.", others: [] },
  ]);
});

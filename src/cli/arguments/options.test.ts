import { expect, test } from "vitest";
import { namesList } from "./options.ts";

test("who is named twice is one patient: a model's card says of how many its figures are", () => {
  expect(namesList("b, a,b,,a")).toEqual(["b", "a"]);
});

import { expect, test } from "vitest";
import { caseStates } from "#contract/workspace/case.ts";
import { type Arrangement, sortKeys } from "./arrange-cases.ts";
import { arrangementOf, queryOf, usualArrangement } from "./arrangement-query.ts";

test("every arrangement comes back from its address", () => {
  expect(queryOf(usualArrangement)).toBe("");
  for (const key of sortKeys) {
    for (const descending of [false, true]) {
      for (const state of ["all", ...caseStates] as const) {
        for (const search of ["", "müller & söhne #1?"]) {
          const arrangement: Arrangement = { search, state, sorting: { key, descending } };
          expect(arrangementOf(queryOf(arrangement))).toEqual(arrangement);
        }
      }
    }
  }
});

test("what is no arrangement is the usual one", () => {
  expect(arrangementOf("sort=nothing&state=gone&other=1")).toEqual(usualArrangement);
});

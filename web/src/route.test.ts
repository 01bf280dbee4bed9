import { expect, test } from "vitest";
import { parseRoute, reviewAddress, studyAddress, worklistAddress } from "./route.ts";

const caseId = "00000000-0000-4000-8000-000000000001";

test("the address of every page leads to that page", () => {
  expect(parseRoute(worklistAddress)).toEqual({ page: "worklist" });
  expect(parseRoute(studyAddress)).toEqual({ page: "study" });
  expect(parseRoute(reviewAddress(caseId))).toEqual({ page: "review", caseId });
});

test.each(["", "#/nowhere", "#/case/", "#/case/abc", "#/case/../etc"])(
  "%j, which is no address, is the worklist",
  (hash) => {
    expect(parseRoute(hash)).toEqual({ page: "worklist" });
  },
);

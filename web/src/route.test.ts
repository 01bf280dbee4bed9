import { expect, test } from "vitest";
import { byHandAddress, parseRoute, reviewAddress, studyAddress, worklistAddress } from "./route.ts";

const caseId = "00000000-0000-4000-8000-000000000001";

test.each(["", "search=a%20b&sort=gtvCc"])(
  "the address of every page leads to that page, with %j",
  (query) => {
    expect(parseRoute(worklistAddress(query))).toEqual({ page: "worklist", query });
    expect(parseRoute(studyAddress)).toEqual({ page: "study" });
    const review = { page: "review", caseId, query };
    expect(parseRoute(reviewAddress(caseId, query))).toEqual({ ...review, byHand: false });
    expect(parseRoute(byHandAddress(caseId, query))).toEqual({ ...review, byHand: true });
  },
);

test.each(["", "#/nowhere", "#/case/", "#/case/abc", "#/case/../etc"])(
  "%j, which is no address, is the worklist",
  (hash) => {
    expect(parseRoute(hash)).toEqual({ page: "worklist", query: "" });
  },
);

import { expect, test } from "vitest";
import { byteRouteRules } from "#contract/workspace/byte-routes.ts";
import { dicomWebRules } from "#contract/workspace/dicom-web.ts";
import type { RouteRule } from "#contract/workspace/route-rule.ts";
import { routes } from "#contract/workspace/routes.ts";
import { wordsOf } from "./audit-words.ts";

test("the page has words for every request that stands in the audit log", () => {
  const rules: Readonly<Record<string, RouteRule>> = { ...routes, ...byteRouteRules, ...dicomWebRules };
  const audited = Object.keys(rules).filter((name) => rules[name].audited !== undefined);
  expect(audited.length).toBeGreaterThan(20);
  expect(audited.filter((name) => wordsOf(name) === name)).toEqual([]);
});

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { z } from "zod";
import { caseSummarySchema } from "./case.ts";
import { protocolVersion } from "./protocol.ts";
import { removedEventSchema, reviewEventSchema, routes } from "./routes.ts";

/** What each version says, as a digest of its schemas. A changed digest needs a new version, or open pages misread the server. */
const said: Readonly<Record<number, string>> = {
  1: "893bc2195c236a06",
  2: "6aa8ad12e8f6e4f5",
  3: "d0317501059daceb",
};

const toJson = (schema: z.ZodType, io: "input" | "output") => z.toJSONSchema(schema, { io });

test("what page and server say to each other has not changed without the version of their protocol", () => {
  const requests = Object.entries(routes).map(([name, { method, path, answer, ...rest }]) => [
    ...[name, method, path, toJson(answer, "output")],
    "body" in rest ? toJson(rest.body, "input") : null,
  ]);
  const events = [caseSummarySchema, removedEventSchema, reviewEventSchema].map((schema) =>
    toJson(schema, "output"),
  );
  const digest = createHash("sha256").update(JSON.stringify({ requests, events }));
  expect(digest.digest("hex").slice(0, 16), "raise protocolVersion and add its digest").toBe(
    said[protocolVersion],
  );
});

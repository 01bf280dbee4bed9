/** What is answered where the database fails. */
import fastify from "fastify";
import { expect, test } from "vitest";
import { registerFailures } from "./failures.ts";

test("that the disk of the records is full is said as that, and is in the log", async () => {
  const faults: unknown[] = [];
  const app = fastify();
  registerFailures(app, (fault) => faults.push(fault));
  // As PostgreSQL says it, on a server and inside this process.
  const full = Object.assign(new Error("could not extend file"), { code: "53100" });
  app.get("/", async () => {
    throw full;
  });
  const answer = await app.inject("/");
  expect(answer.statusCode).toBe(507);
  expect(answer.json().error).toEqual({ code: "disk-full", message: expect.stringContaining("is full") });
  expect(faults).toEqual([full]);
  await app.close();
});

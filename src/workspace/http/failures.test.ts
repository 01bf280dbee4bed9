/** What is answered where the database fails, or a file is missing. */
import { readFile } from "node:fs/promises";
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

test("that a file is missing is not called a fault by which nothing was lost, and is in the log", async () => {
  const faults: unknown[] = [];
  const app = fastify();
  registerFailures(app, (fault) => faults.push(fault));
  app.get("/", () => readFile("/none/versions/1.dcm"));
  const answer = await app.inject("/");
  expect(answer.json().error).toMatchObject({
    code: "file-changed",
    message: expect.stringContaining("missing on the server"),
  });
  expect(faults).toMatchObject([{ path: "/none/versions/1.dcm" }]);
  await app.close();
});

test.each([
  ["25006", "The database is read-only just now. What was saved is safe; try again in a moment."],
  ["28P01", "The database refuses the password just now. What was saved is safe; try again in a moment."],
  ["57014", "The database is being worked on just now. What was saved is safe; try again in a moment."],
])(
  "a database server that refuses for a while (%s) is said as that, and is no fault",
  async (code, message) => {
    const faults: unknown[] = [];
    const app = fastify();
    registerFailures(app, (fault) => faults.push(fault));
    app.get("/", async () => {
      throw Object.assign(new Error("refused"), { code });
    });
    const answer = await app.inject("/");
    expect([answer.statusCode, answer.json().error]).toEqual([
      503,
      { code: "database-unavailable", message },
    ]);
    expect(faults).toEqual([]);
    await app.close();
  },
);

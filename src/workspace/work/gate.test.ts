/** Long work at a gate: what is before it waits, what was through it is not called back. */
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { Gate } from "./gate.ts";

test("an open gate lets through, a closed one keeps each who comes until it is opened", async () => {
  const gate = new Gate();
  const through: string[] = [];
  const pass = async (name: string): Promise<void> => {
    await gate.pass();
    through.push(name);
  };
  await pass("open");
  gate.closed = true;
  const waiting = [pass("first"), pass("second")];
  await setImmediate();
  expect(through).toEqual(["open"]);
  gate.closed = false;
  await Promise.all(waiting);
  expect(through).toEqual(["open", "first", "second"]);
});

test("closed again before they went on, they wait on", async () => {
  const gate = new Gate();
  gate.closed = true;
  let through = false;
  const waiting = gate.pass().then(() => {
    through = true;
  });
  gate.closed = false;
  gate.closed = true;
  await setImmediate();
  expect(through).toBe(false);
  gate.closed = false;
  await waiting;
  expect(through).toBe(true);
});

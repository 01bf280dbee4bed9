/** When contouring is held: a real server with two routes, one that a person waits for, one that a page asks all the time. */
import { once } from "node:events";
import { createConnection } from "node:net";
import fastify from "fastify";
import { expect, test } from "vitest";
import { routes } from "#contract/workspace/routes.ts";
import { yieldToPeople } from "./yield-to-people.ts";

test("from the first request that somebody waits for until the last one ended, answered or given up", async () => {
  const signals: boolean[] = [];
  const app = fastify({ forceCloseConnections: true });
  yieldToPeople(app, (held) => signals.push(held));
  const answers: (() => void)[] = [];
  app.get(routes.showCase.path, () => new Promise((answer) => answers.push(() => answer("{}"))));
  app.get(routes.listCases.path, async () => "[]");
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  try {
    await (await fetch(`${url}/api/cases`)).text();
    expect(signals).toEqual([]);
    const first = fetch(`${url}/api/cases/1`);
    // A browser that was closed meanwhile.
    const gone = createConnection(Number(new URL(url).port), "127.0.0.1");
    await once(gone, "connect");
    gone.write("GET /api/cases/2 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await expect.poll(() => answers.length).toBe(2);
    expect(signals).toEqual([true]);
    gone.destroy();
    answers[0]();
    await first;
    await expect.poll(() => signals).toEqual([true, false]);
  } finally {
    await app.close();
  }
});

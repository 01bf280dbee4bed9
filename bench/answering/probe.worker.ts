/** Asks a server for its status every 20 ms until it is told to stop, on a thread of its own: answers with the times in ms. */

import { setTimeout as wait } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

const everyMs = 20;
let going = true;
parentPort?.once("message", () => {
  going = false;
});
const times: number[] = [];
while (going) {
  const before = performance.now();
  await (await fetch(`${workerData}/api/status`)).arrayBuffer();
  times.push(performance.now() - before);
  await wait(everyMs);
}
parentPort?.postMessage(times);

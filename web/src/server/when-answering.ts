/** Asks whether the server is back, for as long as it takes: what is shown because of its silence ends with that. */
import { call, RequestError } from "./api.ts";

/** The first time after this as well: a sentence that goes at once is not read. */
const askEveryMs = 3000;

let asking: Promise<void> | undefined;

/** Resolves once the server answers, and its database: whatever it answers else. Who asks meanwhile waits for the same answer. */
export function whenAnswering(): Promise<void> {
  asking ??= ask().finally(() => {
    asking = undefined;
  });
  return asking;
}

/** The server, or the database without which it answers nothing. */
export function isUnreachable(reason: unknown): boolean {
  return (
    reason instanceof RequestError &&
    (reason.code === "unreachable" || reason.code === "database-unavailable")
  );
}

async function ask(): Promise<void> {
  for (;;) {
    await new Promise((waited) => setTimeout(waited, askEveryMs));
    const failure: unknown = await call("status", {}, undefined).then(
      () => undefined,
      (reason) => reason,
    );
    if (!isUnreachable(failure)) return;
  }
}

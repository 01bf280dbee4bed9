/** Ctrl-C as a request: the first lets long work save and stop, a second one ends the process at once. */

/** A signal that aborts at the first SIGINT or SIGTERM. `whatHappens` is said to the user then. */
export function interruptSignal(whatHappens: string): AbortSignal {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write(`\n${whatHappens} Press Ctrl-C again to end at once.\n`);
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return controller.signal;
}

/** Done when the signal is given. */
export async function aborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done());
  });
}

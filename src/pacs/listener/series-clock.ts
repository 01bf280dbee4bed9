/** When a series is complete: nothing of it came for a while, or it was told how many instances it has and all are there. */

export type SeriesClock = {
  /** Something of it came. */
  heard(seriesUid: string): void;
  /** Something of it is there: its quiet period begins, unless it runs. */
  notice(seriesUid: string): void;
  /** It is complete: no need to wait. */
  complete(seriesUid: string): void;
  /** What was begun is awaited; what waits is left. */
  close(): Promise<void>;
};

/** `take` is called for one series after another. What it throws goes to `onFault`, and the series is tried again a quiet period later. */
export function createSeriesClock(
  quietMs: number,
  take: (seriesUid: string) => Promise<void>,
  onFault: (error: unknown) => void,
): SeriesClock {
  const timers = new Map<string, NodeJS.Timeout>();
  let last: Promise<void> = Promise.resolve();
  let closed = false;

  function heard(seriesUid: string): void {
    if (closed) return;
    clearTimeout(timers.get(seriesUid));
    timers.set(
      seriesUid,
      setTimeout(() => complete(seriesUid), quietMs),
    );
  }

  function complete(seriesUid: string): void {
    clearTimeout(timers.get(seriesUid));
    timers.delete(seriesUid);
    last = last.then(async () => {
      if (closed) return;
      try {
        await take(seriesUid);
      } catch (error) {
        onFault(error);
        heard(seriesUid);
      }
    });
  }

  return {
    heard,
    notice: (seriesUid) => {
      if (!timers.has(seriesUid)) heard(seriesUid);
    },
    complete,
    close: async () => {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await last;
    },
  };
}

/** Whether the server said that the session ended: told by every request, shown by the page above whatever is open. */

let ended = false;
const listeners = new Set<() => void>();

function set(next: boolean): void {
  if (ended === next) return;
  ended = next;
  for (const listener of listeners) listener();
}

export const signedOut = {
  report: (): void => set(true),
  /** Somebody signed in again. */
  clear: (): void => set(false),
  isSo: (): boolean => ended,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

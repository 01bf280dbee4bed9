/** Whether the server said that the session ended: told by every request, shown by the page above whatever is open. */

let ended = false;
let signIns = 0;
const listeners = new Set<() => void>();

function set(next: boolean): void {
  if (ended === next) return;
  ended = next;
  for (const listener of listeners) listener();
}

export const signedOut = {
  /** To be taken when a request is sent: what is answered to one from before somebody signed in says nothing of the session now. */
  signIns: (): number => signIns,
  /** `sentAt`: `signIns` of the request that was refused. */
  report: (sentAt: number): void => {
    if (sentAt === signIns) set(true);
  },
  /** Somebody signed in again. */
  clear: (): void => {
    signIns++;
    set(false);
  },
  isSo: (): boolean => ended,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

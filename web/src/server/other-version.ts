/** Whether the server was updated while this page was open: it says its version with every answer. Until the page is loaded anew. */
import { protocolHeader, protocolVersion } from "#contract/workspace/protocol.ts";

let saidSo = false;
const listeners = new Set<() => void>();

export const otherVersion = {
  /** What does not come from the server, but from something between, says none. */
  hear: ({ headers }: Response): void => {
    const said = headers.get(protocolHeader);
    if (saidSo || said === null || said === String(protocolVersion)) return;
    saidSo = true;
    for (const listener of listeners) listener();
  },
  isSo: (): boolean => saidSo,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export const otherVersionText = "The service was updated since this page was opened.";

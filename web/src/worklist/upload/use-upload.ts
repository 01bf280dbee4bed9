/** The uploads of this tab, as the page shows them; they go on while another page is open. */
import { useEffect, useSyncExternalStore } from "react";
import { sendFiles } from "./send-files.ts";
import { createUploadQueue, type UploadQueue, type UploadState } from "./upload-queue.ts";

const queue = createUploadQueue(sendFiles);

export type Upload = Pick<UploadQueue, "add" | "cancel" | "dismiss"> & { readonly state: UploadState };

export function useUpload(onDone: () => void): Upload {
  const state = useSyncExternalStore(queue.subscribe, queue.getState);
  const done = state.stage === "done";
  useEffect(() => {
    if (done) onDone();
  }, [done, onDone]);
  return { ...queue, state };
}

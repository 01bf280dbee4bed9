/** One upload at a time, as the page shows it. */

import { useCallback, useRef, useState } from "react";
import { explain } from "../../server/explain.ts";
import type { PickedFile } from "./collect-files.ts";
import { sendFiles, type UploadResult } from "./send-files.ts";

type UploadState =
  | { readonly stage: "none" }
  | { readonly stage: "sending"; readonly files: number; readonly bytes: number; readonly sentBytes: number }
  | { readonly stage: "reading"; readonly files: number }
  | { readonly stage: "done"; readonly result: UploadResult }
  | { readonly stage: "failed"; readonly message: string };

export type Upload = {
  readonly state: UploadState;
  readonly busy: boolean;
  /** A promise of files, so that the walk through dropped folders counts as part of it. */
  readonly start: (files: Promise<readonly PickedFile[]>) => void;
  readonly cancel: () => void;
  readonly dismiss: () => void;
};

export function useUpload(onDone: () => void): Upload {
  const [state, setState] = useState<UploadState>({ stage: "none" });
  const running = useRef<AbortController>(null);

  const start = useCallback(
    (picked: Promise<readonly PickedFile[]>) => {
      if (running.current !== null) return;
      const abort = new AbortController();
      running.current = abort;
      const run = async (): Promise<UploadState> => {
        const files = await picked;
        if (files.length === 0) return { stage: "failed", message: "There is no file in what you chose." };
        const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
        const count = files.length;
        setState({ stage: "sending", files: count, bytes, sentBytes: 0 });
        const result = await sendFiles(files, {
          signal: abort.signal,
          onProgress: (sentBytes) => setState({ stage: "sending", files: count, bytes, sentBytes }),
          onReading: () => setState({ stage: "reading", files: count }),
        });
        return { stage: "done", result };
      };
      const end = (state: UploadState): void => {
        running.current = null;
        setState(state);
        onDone();
      };
      run().then(end, (reason: unknown) => {
        const message = explain(reason);
        end(abort.signal.aborted ? { stage: "none" } : { stage: "failed", message });
      });
    },
    [onDone],
  );

  return {
    state,
    busy: state.stage === "sending" || state.stage === "reading",
    start,
    cancel: () => running.current?.abort(),
    dismiss: () => setState({ stage: "none" }),
  };
}

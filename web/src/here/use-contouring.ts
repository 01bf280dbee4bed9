/** The state of contouring on this computer: what was chosen, how far it is, what came of it. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { PickedFile } from "../worklist/upload/collect-files.ts";
import type { ContourAnswer, ContouredHere, ContourRequest, SeriesChoice } from "./messages.ts";

type Contouring =
  | { readonly stage: "none" }
  | { readonly stage: "working"; readonly task: string; readonly part: number | null }
  | {
      readonly stage: "choose";
      readonly series: readonly SeriesChoice[];
      readonly choose: (uid: string) => void;
    }
  | { readonly stage: "done"; readonly result: ContouredHere }
  | { readonly stage: "failed"; readonly message: string };

const shippedModelId = "shipped";

export function useContouring() {
  const [state, setState] = useState<Contouring>({ stage: "none" });
  const worker = useRef<Worker>(undefined);
  /** Counts what was chosen and what was cancelled. */
  const latest = useRef(0);

  const stop = useCallback(() => {
    latest.current++;
    worker.current?.terminate();
    worker.current = undefined;
    setState({ stage: "none" });
  }, []);
  useEffect(() => () => worker.current?.terminate(), []);

  const contour = useCallback((files: readonly PickedFile[], series: string | null): void => {
    worker.current?.terminate();
    const newWorker = new Worker(new URL("./contour.worker.ts", import.meta.url), { type: "module" });
    worker.current = newWorker;
    const end = (last: Contouring): void => {
      newWorker.terminate();
      setState(last);
    };
    newWorker.onerror = ({ message }) =>
      end({ stage: "failed", message: `This browser could not do it: ${message}` });
    newWorker.onmessage = ({ data }: MessageEvent<ContourAnswer>) => {
      if (data.kind === "progress")
        setState({
          stage: "working",
          task: data.stage,
          part: data.total > 1 ? data.done / data.total : null,
        });
      else if (data.kind === "done") end({ stage: "done", result: data.result });
      else if (data.kind === "failed") end({ stage: "failed", message: data.message });
      else end({ stage: "choose", series: data.series, choose: (uid) => contour(files, uid) });
    };
    setState({ stage: "working", task: "Reading headers", part: null });
    const base = new URL(".", window.location.href).href;
    newWorker.postMessage({ files, series, modelId: shippedModelId, base } satisfies ContourRequest);
  }, []);

  /** A promise of files: the walk through dropped folders takes time. What is chosen or cancelled meanwhile is the last word. */
  const take = useCallback(
    (picked: Promise<readonly PickedFile[]>): void => {
      stop();
      const turn = latest.current;
      setState({ stage: "working", task: "Looking through the folder", part: null });
      picked.then(
        (files) => {
          if (turn === latest.current) contour(files, null);
        },
        () => {
          if (turn === latest.current)
            setState({ stage: "failed", message: "The browser could not read what was chosen." });
        },
      );
    },
    [contour, stop],
  );
  return { state, take, stop };
}

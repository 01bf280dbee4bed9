import { expect, test } from "vitest";
import type { PickedFile } from "./collect-files.ts";
import type { SendOptions, UploadResult } from "./send-files.ts";
import { createUploadQueue, type UploadState } from "./upload-queue.ts";

const picked = (name: string): Promise<readonly PickedFile[]> =>
  Promise.resolve([{ path: name, file: new File(["x"], name) }]);

/** A queue whose uploads end when the test says so. */
function slowQueue() {
  const uploads: {
    name: string;
    end: (result: Partial<UploadResult>) => void;
    fail: (reason: unknown) => void;
  }[] = [];
  const queue = createUploadQueue((files, { signal, onProgress }: SendOptions) => {
    const { promise, resolve, reject } = Promise.withResolvers<UploadResult>();
    signal.addEventListener("abort", () => reject(signal.reason));
    uploads.push({
      name: files.map(({ path }) => path).join(),
      end: (result) => resolve({ cases: [], taken: [], problems: [], ...result }),
      fail: reject,
    });
    onProgress(1);
    return promise;
  });
  const until = (wanted: (state: UploadState) => boolean): Promise<UploadState> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (wanted(queue.getState())) resolve(queue.getState());
      };
      queue.subscribe(look);
      look();
    });
  return { queue, uploads, until };
}

const isDone = ({ stage }: UploadState): boolean => stage === "done" || stage === "none";

test("what is dropped during an upload waits for its turn, and all that came of them is told together", async () => {
  const { queue, uploads, until } = slowQueue();
  for (const name of ["a", "b", "c"]) queue.add(picked(name));
  await until((state) => state.stage === "sending" && state.waiting === 2);
  uploads[0].end({ problems: ["of a"] });
  await until((state) => state.stage === "sending" && state.waiting === 1 && uploads.length === 2);
  uploads[1].fail(new Error("b failed"));
  await until((state) => state.stage === "sending" && state.waiting === 0 && uploads.length === 3);
  uploads[2].end({ taken: ["of c"] });
  expect(await until(isDone)).toEqual({
    stage: "done",
    result: { cases: [], taken: ["of c"], problems: ["of a", "b failed"] },
  });
  expect(uploads.map(({ name }) => name)).toEqual(["a", "b", "c"]);
});

test("a second round begins without what the first one told", async () => {
  const { queue, uploads, until } = slowQueue();
  queue.add(picked("a"));
  await until(({ stage }) => stage === "sending");
  uploads[0].end({ problems: ["old"] });
  await until(isDone);
  queue.add(Promise.resolve([]));
  expect(await until((state) => state.stage === "done" && state.result.problems[0] !== "old")).toMatchObject({
    result: { problems: ["There is no file in what you chose."] },
  });
});

test("cancelling ends the one on its way and those that wait; a folder that cannot be read fails alone", async () => {
  const { queue, uploads, until } = slowQueue();
  queue.add(picked("a"));
  queue.add(picked("b"));
  await until(({ stage }) => stage === "sending");
  queue.cancel();
  expect(await until(isDone)).toEqual({ stage: "none" });
  expect(uploads).toHaveLength(1);
  queue.add(Promise.reject(new Error("NotReadableError")));
  expect(await until((state) => state.stage === "done")).toMatchObject({
    result: { problems: ["NotReadableError"] },
  });
});

/** The body of the CT under review, for what is checked before signing: found once, when it is asked for. */
import type { Mask } from "#geometry/mask.ts";
import type { BodyAnswer, BodyQuestion } from "./body.worker.ts";
import type { CtStore } from "./ct-store.ts";

/** The first call begins when the CT is there whole, and later calls get the same. Undefined where the image shows no body. */
export function bodyFinder(ct: CtStore): () => Promise<Mask | undefined> {
  let found: Promise<Mask | undefined> | undefined;
  return () => {
    found ??= findBody(ct);
    return found;
  };
}

async function findBody(ct: CtStore): Promise<Mask | undefined> {
  await ct.whenWhole();
  const { promise, resolve, reject } = Promise.withResolvers<BodyAnswer>();
  const worker = new Worker(new URL("./body.worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<BodyAnswer>) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(`The body could not be found: ${message}`));
  worker.postMessage({ grid: ct.grid, hu: ct.hu } satisfies BodyQuestion);
  const data = await promise.finally(() => worker.terminate());
  return data.includes(1) ? { grid: ct.grid, data } : undefined;
}

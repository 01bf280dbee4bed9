/** Worker thread: fetches slices of the CT and unpacks them one by one. Answers go to ct-store.ts. */
import { restoreSlice } from "#geometry/slice-codec.ts";
import type { SliceAnswer, SliceRequest } from "./ct-store.ts";

/** u32 k and u32 length before each slice's bytes. */
const headerBytes = 8;

/** The worker's own scope: the page's types know the window's only. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<SliceRequest>) => void;
  postMessage(answer: SliceAnswer, transfer: Transferable[]): void;
};

scope.onmessage = ({ data }) => {
  load(data).then(
    () => scope.postMessage({ finished: data.slices, problem: null }, []),
    (cause: unknown) =>
      scope.postMessage(
        {
          finished: data.slices,
          problem: `Slices of the CT could not be loaded (${cause instanceof Error ? cause.message : String(cause)}); trying again.`,
        },
        [],
      ),
  );
};

async function load({ url, columns }: SliceRequest): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const bytes = await response.arrayBuffer();
  const view = new DataView(bytes);
  for (let at = 0; at + headerBytes <= bytes.byteLength; ) {
    const k = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    const packed = new Blob([new Uint8Array(bytes, at + headerBytes, length)]);
    const stream = packed.stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const hu = restoreSlice(new Uint8Array(await new Response(stream).arrayBuffer()), columns);
    scope.postMessage({ k, hu }, [hu.buffer]);
    at += headerBytes + length;
  }
}

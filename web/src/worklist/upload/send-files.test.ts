import { afterEach, expect, test, vi } from "vitest";
import { sendFiles } from "./send-files.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The server's side of an upload: what it has by the paths that it was given, of which a later one replaces an earlier one. */
function takeUploads(): Map<string | null, unknown> {
  const taken = new Map<string | null, unknown>();
  class Request {
    readonly upload = {};
    readonly status = 200;
    #path: string | null = null;
    onload = (): void => undefined;
    onloadend = (): void => undefined;
    open(_: string, url: string): void {
      this.#path = new URL(url, "http://server").searchParams.get("path");
    }
    setRequestHeader(): void {
      // Nobody reads them here.
    }
    send(file: unknown): void {
      taken.set(this.#path, file);
      this.onload();
      this.onloadend();
    }
  }
  vi.stubGlobal("XMLHttpRequest", Request);
  vi.stubGlobal("fetch", async (url: string) =>
    Response.json(
      url.endsWith("/finish") ? { cases: [], taken: [], problems: [] } : { uploadId: crypto.randomUUID() },
    ),
  );
  return taken;
}

test("files of one name from several folders are all sent: none takes another's place", async () => {
  const taken = takeUploads();
  const files = ["a", "b", "c"].map((content) => ({
    path: "ct/RS.dcm",
    file: new File([content], "RS.dcm"),
  }));
  await sendFiles(files, {
    onProgress: () => undefined,
    onReading: () => undefined,
    signal: new AbortController().signal,
  });
  expect([...taken.values()]).toEqual(files.map(({ file }) => file));
});

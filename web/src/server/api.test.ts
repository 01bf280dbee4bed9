import { afterEach, expect, test, vi } from "vitest";
import { accountHeader } from "#contract/workspace/account.ts";
import { sendFiles } from "../worklist/upload/send-files.ts";
import { call, speakFor } from "./api.ts";

afterEach(() => {
  speakFor(undefined);
  vi.unstubAllGlobals();
});

test.each([
  ["breaks off", '{"reviewId": "', "unreachable", "The server's answer broke off."],
  ["is none of the contract's", '{"saved": "two"}', "not-understood", "is not as this page expects"],
])("an answer that %s is told as such", async (_, body, code, message) => {
  vi.stubGlobal("fetch", async () => new Response(body));
  const asked = call("appendLog", { reviewId: "review" }, { lease: "lease", entries: [] });
  await expect(asked).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test("every request says whose page it is, those that send files as well", async () => {
  const requests: [string, string | undefined][] = [];
  vi.stubGlobal("fetch", async (path: string, { headers }: RequestInit) => {
    requests.push([path, new Headers(headers).get(accountHeader) ?? undefined]);
    return Response.json(
      path.endsWith("uploads") ? { uploadId: crypto.randomUUID() } : { error: { code: "x", message: "No." } },
    );
  });
  const sender = class {
    readonly upload = {};
    readonly status = 200;
    readonly #headers = new Map<string, string>();
    onload = (): void => undefined;
    onloadend = (): void => undefined;
    readonly open = vi.fn();
    setRequestHeader(name: string, value: string): void {
      this.#headers.set(name, value);
    }
    send(): void {
      requests.push(["the file", this.#headers.get(accountHeader)]);
      this.onload();
      this.onloadend();
    }
  };
  vi.stubGlobal("XMLHttpRequest", sender);
  speakFor("account-1");
  const options = { onProgress: vi.fn(), onReading: vi.fn(), signal: new AbortController().signal };
  await sendFiles([{ path: "slice", file: new File(["x"], "slice") }], options).catch(() => undefined);
  expect(requests.map(([, account]) => account)).toEqual(Array(requests.length).fill("account-1"));
  expect(requests.map(([path]) => path)).toContain("the file");
});

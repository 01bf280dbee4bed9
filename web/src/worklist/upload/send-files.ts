/**
 * Sends picked files to the server, a few at a time, and asks it to make cases of them. XMLHttpRequest, because fetch does not
 * tell how much of a body has left, and a zip of a CT is one file of hundreds of megabytes.
 */
import type { z } from "zod";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { errorSchema, type uploadResultSchema } from "#contract/workspace/routes.ts";
import { call, fillPath, RequestError, speakerHeaders } from "../../server/api.ts";
import type { PickedFile } from "./collect-files.ts";

/** More do not make a local server faster. */
const atOnce = 4;

export type UploadResult = z.output<typeof uploadResultSchema>;

export type SendOptions = {
  readonly onProgress: (sentBytes: number) => void;
  readonly onReading: () => void;
  readonly signal: AbortSignal;
};

/**
 * `onReading` is called when all files are there and the server reads them. A file that is refused, and
 * a server that is gone, reject with `RequestError`, an abort with the signal's reason; what was sent is removed then.
 */
export async function sendFiles(files: readonly PickedFile[], options: SendOptions): Promise<UploadResult> {
  const { uploadId } = await call("beginUpload", {}, {});
  try {
    return await sendAll(uploadId, files, options);
  } catch (reason) {
    // What was sent so far is nobody's; a server that is gone forgets it when it starts.
    await call("abandonUpload", { uploadId }, undefined, { keepalive: true }).catch(() => undefined);
    throw reason;
  }
}

async function sendAll(
  uploadId: string,
  files: readonly PickedFile[],
  { onProgress, onReading, signal }: SendOptions,
): Promise<UploadResult> {
  const sent = new Array<number>(files.length).fill(0);
  const problems: string[] = [];
  const url = fillPath(byteRoutes.uploadFile, { uploadId });
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < files.length) {
      const at = next++;
      const tell = (bytes: number): void => {
        sent[at] = bytes;
        onProgress(sent.reduce((sum, part) => sum + part, 0));
      };
      // Two of one name, of folders that were dropped together, are two files.
      const place = `${at}/${files[at].path}`;
      const problem = await putFile(`${url}?path=${encodeURIComponent(place)}`, files[at], tell, signal);
      if (problem !== null) problems.push(problem);
      tell(files[at].file.size);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, files.length) }, worker));
  // A CT without the files that were refused would be a shorter one.
  if (problems.length > 0)
    throw new RequestError(
      "not-sent",
      `Nothing was taken, since ${problems.length} of ${files.length} files were refused. The first: ${problems[0]}`,
    );
  onReading();
  return call("finishUpload", { uploadId }, {});
}

/** Resolves to what the server has against this file, null if nothing. */
function putFile(
  url: string,
  { path, file }: PickedFile,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const request = new XMLHttpRequest();
    const stop = (): void => request.abort();
    signal.addEventListener("abort", stop, { once: true });
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onabort = () => reject(signal.reason);
    request.onerror = () =>
      reject(new RequestError("unreachable", "The server does not answer. Is it still running?"));
    request.onload = () => {
      if (request.status < 300) resolve(null);
      else resolve(`${path}: ${refusal(request)}`);
    };
    request.onloadend = () => signal.removeEventListener("abort", stop);
    request.open("PUT", url);
    const headers = { "content-type": "application/octet-stream", ...speakerHeaders() };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(file);
  });
}

function refusal({ status, responseText }: XMLHttpRequest): string {
  try {
    return errorSchema.parse(JSON.parse(responseText)).error.message;
  } catch {
    return `the server answered ${status}`;
  }
}

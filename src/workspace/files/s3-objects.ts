/**
 * The five requests that are made of an object store, signed by aws4fetch (Amazon S3 API Reference: PutObject, GetObject,
 * DeleteObject, ListObjectsV2). An object appears whole or not at all: it is sent in one request whose signature covers its
 * SHA-256, with which the store compares what arrives. What may pass is tried again a few times.
 */
import { createHash } from "node:crypto";
import { createWriteStream, openAsBlob } from "node:fs";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { AwsClient } from "aws4fetch";
import { DelineateError } from "#core/errors.ts";
import type { S3Address } from "./s3-address.ts";

type ObjectDigest = { readonly sha256: string; readonly bytes: number };

export type S3Objects = {
  /** The file `path` as an object. */
  putFile(key: string, path: string, digest: ObjectDigest): Promise<void>;
  putText(key: string, text: string): Promise<void>;
  /** An object as the new file `path`, on the disk. Throws `file-changed` if it is missing or not the one that was put. */
  getFile(key: string, path: string, digest: ObjectDigest): Promise<void>;
  /** Undefined if there is none. */
  getText(key: string): Promise<string | undefined>;
  /** No matter whether it is there. */
  remove(key: string): Promise<void>;
  /** Whether it refuses an object that is not the announced one; none of that is left. */
  refusesDamage(key: string): Promise<boolean>;
  /** The first thousand at most, in order, that begin with `prefix` and come after the key `after`. */
  list(prefix: string, after?: string): Promise<string[]>;
};

/** Between attempts. */
const pausesMs = [200, 1000, 3000];
/** For a request, and for each byte besides: a line slower than 1 MB/s is taken for a dead one. */
const [patienceMs, patiencePerByteMs] = [20_000, 1 / 1000];
/** By these codes a store says that an object was damaged on its way, or came too slowly. */
const damaged = [
  "BadDigest",
  "InvalidDigest",
  "XAmzContentSHA256Mismatch",
  "IncompleteBody",
  "RequestTimeout",
];

/** An answer that is no success. `code` is the store's own. */
class Refusal extends Error {
  readonly passes: boolean;
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(`the object store answered ${status} ${code}`);
    this.status = status;
    this.code = code;
    this.passes = status >= 500 || status === 429 || status === 408 || damaged.includes(code);
  }
}

/** It came whole and is not what was put, or is not there. */
class Changed extends Error {}

type Sent = { readonly body?: Blob | string; readonly sha256?: string; readonly query?: string };

/** All throw `files-unavailable`. */
export function createS3Objects(address: S3Address): S3Objects {
  const { name, url, prefix } = address;
  const client = new AwsClient({ ...credentialsOf(address), service: "s3", retries: 0 });

  /** Once. `bytes`: of the object. */
  async function ask<T>(
    [method, key]: readonly [method: string, key: string],
    { body, sha256, query = "" }: Sent,
    bytes: number,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const request = await client.sign(`${url}${key === "" ? "" : `/${prefix}${key}`}${query}`, {
      method,
      signal: AbortSignal.timeout(Math.ceil(patienceMs + bytes * patiencePerByteMs)),
      redirect: "manual",
      headers: { "x-amz-content-sha256": sha256 ?? digestOf("") },
      ...(body === undefined ? {} : { body }),
    });
    const response = await fetch(request);
    if (response.ok) return read(response);
    const [, code = ""] = /<Code>(\w{1,64})<\/Code>/.exec(await response.text()) ?? [];
    throw new Refusal(response.status, code);
  }

  async function persist<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Refusal && !error.passes) throw refused(name, error);
        if (!mayPass(error)) throw error;
        if (attempt === pausesMs.length) throw error instanceof Changed ? error : unavailable(name, error);
        await pause(pausesMs[attempt]);
      }
    }
  }

  const discardBody = async (response: Response): Promise<void> => {
    await response.body?.cancel();
  };

  return {
    putFile: (key, path, { sha256, bytes }) =>
      persist(async () => ask(["PUT", key], { body: await openAsBlob(path), sha256 }, bytes, discardBody)),
    putText: (key, text) =>
      persist(() => ask(["PUT", key], { body: text, sha256: digestOf(text) }, 0, discardBody)),
    getFile: (key, path, digest) =>
      persist(async () => {
        const got = ask(["GET", key], {}, digest.bytes, (response) => keep(response, path, digest));
        await got.catch((error: unknown) => {
          throw isMissing(error) ? new Changed("missing") : error;
        });
      }).catch((error: unknown) => {
        if (!(error instanceof Changed)) throw error;
        throw new DelineateError(
          "file-changed",
          `A file of this patient is missing in ${name} or was changed since it was put there (object ${prefix}${key}). Restore it from a backup.`,
          { cause: error },
        );
      }),
    getText: (key) =>
      persist(() =>
        ask(["GET", key], {}, 0, (response) => response.text()).catch((error: unknown) => {
          if (isMissing(error)) return undefined;
          throw error;
        }),
      ),
    remove: (key) => persist(() => ask(["DELETE", key], {}, 0, discardBody)),
    refusesDamage: (key) =>
      persist(async () => {
        const other = { body: "one", sha256: digestOf("another") };
        const refusal = await ask(["PUT", key], other, 0, discardBody).catch((error: unknown) => {
          // Some say that the signature is wrong, which covers the digest.
          if (error instanceof Refusal && [400, 403].includes(error.status)) return error;
          throw error;
        });
        if (refusal === undefined) await ask(["DELETE", key], {}, 0, discardBody);
        return refusal !== undefined;
      }),
    list: async (start, after) => {
      const query = new URLSearchParams({ "list-type": "2", prefix: prefix + start });
      if (after !== undefined) query.set("start-after", prefix + after);
      const text = await persist(() =>
        ask(["GET", ""], { query: `?${query}` }, 0, (response) => response.text()),
      );
      // Keys are this program's own: none holds what XML escapes. What is listed is removed: no more than was asked for.
      const keys = [...text.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key);
      return keys.filter((key) => key.startsWith(prefix + start)).map((key) => key.slice(prefix.length));
    },
  };
}

function credentialsOf({ region, accessKeyId, secretAccessKey, sessionToken }: S3Address) {
  return { region, accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** Throws `Changed`, and what a broken line throws. */
async function keep(response: Response, path: string, { sha256, bytes }: ObjectDigest): Promise<void> {
  const body = response.body ?? [];
  const hash = createHash("sha256");
  let read = 0;
  async function* measured(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      hash.update(chunk);
      read += chunk.length;
      yield chunk;
    }
  }
  // `flush`: a power cut after it was given its name must not leave an empty file.
  await pipeline(measured, createWriteStream(path, { flush: true }));
  if (read !== bytes || hash.digest("hex") !== sha256) throw new Changed(`${read} bytes of ${bytes}`);
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Of the store or the line to it, and no fault of the program. `fetch` tells of a line in a TypeError with a cause. */
function mayPass(error: unknown): boolean {
  if (error instanceof Refusal) return error.passes;
  const isOfLine = error instanceof TypeError && error.cause !== undefined;
  return isOfLine || error instanceof DOMException || error instanceof Changed;
}

function isMissing(error: unknown): boolean {
  return error instanceof Refusal && error.code === "NoSuchKey";
}

function unavailable(name: string, cause: unknown): DelineateError {
  return new DelineateError(
    "files-unavailable",
    `The object store ${name} cannot be reached just now. What was saved is safe; try again in a moment.`,
    { cause },
  );
}

/** It would be the same the next time, until somebody mends the store or its rights: work waits for that. */
function refused(name: string, cause: Refusal): DelineateError {
  return new DelineateError(
    "files-unavailable",
    `The object store ${name} refuses what it is asked${cause.code && ` (${cause.code})`}. Check the bucket's name, its rights and room, and AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL.`,
    { cause },
  );
}

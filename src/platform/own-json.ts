/** JSON that this program keeps for itself, read again: it is not there, or is what was written, or is damaged, which is said. */
import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { DelineateError, type ErrorCode } from "#core/errors.ts";
import { parsedJson } from "#core/parsed-json.ts";
import { isMissing, unreadable } from "./missing.ts";

/** Of one kind of file; what is said of a damaged one. */
export type OwnJson<T> = {
  readonly schema: z.ZodType<T>;
  /** What it said, such as "whose thorax that is". */
  readonly said: string;
  /** A sentence. */
  readonly remedy: string;
  readonly code: ErrorCode;
};

/** Undefined where there is none. Throws the kind's code for a damaged one, and `file-unreadable`. */
export async function readOwnJson<T>(path: string, kind: OwnJson<T>): Promise<T | undefined> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (isMissing(cause)) return undefined;
    throw unreadable(path, cause);
  });
  return text === undefined ? undefined : parseOwnJson(text, path, kind);
}

/** Of a file that was read; `path` is for the message. Throws the kind's code. */
export function parseOwnJson<T>(text: string, path: string, { schema, said, remedy, code }: OwnJson<T>): T {
  const parsed = schema.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  throw new DelineateError(code, `${path} is damaged: it said ${said}. ${remedy}`, { cause: parsed.error });
}

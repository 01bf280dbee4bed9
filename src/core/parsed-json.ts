/** JSON of a file that may be damaged, or is no JSON. */
import { DelineateError, type ErrorCode } from "./errors.ts";

/** Undefined for what is no JSON: no schema takes that. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of a text that a person named, from the file `path`. Throws `code` for what is no JSON, and says where it is none. */
export function statedJson(text: string, path: string, code: ErrorCode): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Only the place: the engine's whole sentence quotes the file.
    const [place = ""] = / \(line \d+ column \d+\)/.exec((cause as Error).message) ?? [];
    throw new DelineateError(code, `${path} is no JSON${place}.`, { cause });
  }
}

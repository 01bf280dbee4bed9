/** What a person states of a model in a JSON file: the configuration of one made elsewhere, notes. */
import type { z } from "zod";
import { DelineateError } from "#core/errors.ts";
import { statedJson } from "#core/parsed-json.ts";
import { readText } from "#platform/missing.ts";

/** Throws `file-not-found` with the sentence `missing`, `bad-configuration` for what is no JSON or not as `schema` says. */
export async function readStated<T>(path: string, schema: z.ZodType<T>, missing: string): Promise<T> {
  const parsed = schema.safeParse(statedJson(await readText(path, missing), path, "bad-configuration"));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new DelineateError(
    "bad-configuration",
    `${[path, ...(first.path.length > 0 ? [first.path.join(".")] : []), first.message].join(": ")}.`,
  );
}

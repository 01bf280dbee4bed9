/** A clinic's configuration from its YAML file: every problem with its line, or the configuration. */
import { dirname, resolve } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";
import { DelineateError } from "#core/errors.ts";
import { readWhole } from "#platform/missing.ts";
import { type Clinic, clinicSchema } from "./clinic.ts";

/** `line` from 1. */
export type Problem = { readonly line: number; readonly message: string };

type CheckedClinic =
  | { readonly clinic: Clinic; readonly problems: readonly [] }
  | { readonly clinic?: undefined; readonly problems: readonly Problem[] };

/** Throws `file-not-found`, and `bad-configuration` with the first problem. */
export async function readClinic(path: string): Promise<Clinic> {
  const { clinic, problems } = await problemsOf(path);
  if (clinic !== undefined) return clinic;
  const [first, ...others] = problems;
  const rest = others.length === 0 ? "" : ` There are ${others.length} more: delineate config check ${path}`;
  throw new DelineateError("bad-configuration", `${path}:${first.line}: ${first.message}.${rest}`);
}

/** Throws `file-not-found`. */
export async function problemsOf(path: string): Promise<CheckedClinic> {
  return checkClinic(await textOf(path), dirname(path));
}

/** All problems, in the order of their lines. Files that the configuration names lie beside it, in `folder`. */
export function checkClinic(text: string, folder = "."): CheckedClinic {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const lineAt = (offset: number | undefined): number => Math.max(1, counter.linePos(offset ?? 0).line);
  if (document.errors.length > 0)
    return {
      problems: document.errors.map(({ pos, message }) => ({
        line: lineAt(pos[0]),
        message: message.replace(/\.$/, ""),
      })),
    };
  const parsed = clinicSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return { clinic: inFolder(parsed.data, folder), problems: [] };
  const problems = parsed.error.issues.flatMap((issue) =>
    placesOf(issue).map(({ path, message }) => {
      const words = path.map(String).join(".");
      return {
        line: lineAt(offsetOf(document.contents, path)),
        message: words === "" ? message : `${words}: ${message}`,
      };
    }),
  );
  return { problems: problems.sort((a, b) => a.line - b.line) };
}

function inFolder({ tls, ...clinic }: Clinic, folder: string): Clinic {
  if (tls === undefined) return clinic;
  const [certificate, key, authorities] = [tls.certificate, tls.key, tls.authorities].map((file) =>
    resolve(folder, file),
  );
  return { ...clinic, tls: { certificate, key, authorities } };
}

/** Each unknown name is a problem of its own, where it stands. */
function placesOf(
  issue: z.core.$ZodIssue,
): { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: "there is no such setting" }));
  return [{ path: issue.path, message: issue.message }];
}

/** Where a setting stands; where it is missing, what it is missing in. */
function offsetOf(root: Node | null, path: readonly PropertyKey[]): number | undefined {
  let [node, offset] = [root, root?.range?.[0]];
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return offset;
      offset = isScalar(pair.key) ? pair.key.range?.[0] : offset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      node = (node.items[Number(step)] ?? null) as Node | null;
      offset = node?.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

function textOf(path: string): Promise<string> {
  return readWhole(path, `There is no configuration at ${path}.`).then(String);
}

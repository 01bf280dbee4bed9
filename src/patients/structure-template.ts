/**
 * A template of structures from its JSON file: {"name": "Lung, TG-263", "structures": [{"name": "Lung_L", "type": "ORGAN",
 * "colour": "#50c88c", "description": "Left lung"}, ...]}. Any fault refuses the whole file in one sentence that names the entry.
 */
import { z } from "zod";
import { structureNameSchema, structureTypes } from "#contract/workspace/review.ts";
import type { StructureTemplate } from "#contract/workspace/structure-template.ts";
import { DelineateError } from "#core/errors.ts";
import { statedJson } from "#core/parsed-json.ts";
import { readText } from "#platform/missing.ts";

/** The template that comes with the program: lung, names of TG-263. */
export const shippedTemplate = new URL("../../templates/lung.json", import.meta.url);

/** AAPM TG-263, and what this program writes; DICOM's ROI Name itself (LO) holds 64. */
const mostCharacters = 16;

const entrySchema = z.strictObject({
  name: z
    .string("expected a text")
    .refine(
      (name) => name.length <= mostCharacters,
      `a name has at most ${mostCharacters} characters (TG-263)`,
    )
    .refine(
      (name) => name.length > mostCharacters || structureNameSchema.safeParse(name).success,
      "a name has plain characters only: no accents, no backslash, no space at either end",
    ),
  type: z.enum(structureTypes, `expected one of ${structureTypes.join(", ")}`),
  colour: z
    .string('expected a colour such as "#ff4040"')
    .regex(/^#[0-9a-fA-F]{6}$/, 'expected a colour such as "#ff4040"')
    .transform((text): [number, number, number] => [
      Number.parseInt(text.slice(1, 3), 16),
      Number.parseInt(text.slice(3, 5), 16),
      Number.parseInt(text.slice(5, 7), 16),
    ]),
  description: z.string("expected a text").max(100, "at most 100 characters").default(""),
});

const fileSchema = z.strictObject({
  name: z.string("expected a text").trim().min(1, "a name is needed").max(64, "at most 64 characters"),
  structures: z.array(entrySchema, "expected a list").min(1, "at least one structure is needed"),
});

/**
 * Throws `file-not-found`; `bad-configuration` for what is no JSON, breaks the form, or has two names that differ in case at
 * most: planning systems take them for one.
 */
export async function readStructureTemplate(path: string | URL): Promise<StructureTemplate> {
  const text = await readText(path, `There is no template of structures at ${path}.`);
  const value = statedJson(text, String(path), "bad-configuration");
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) {
    const [{ path: place, message }] = parsed.error.issues;
    throw faulty(path, `${placeInWords(value, place)}${message}`);
  }
  refuseDoubled(path, parsed.data);
  return parsed.data;
}

function refuseDoubled(path: string | URL, { structures }: StructureTemplate): void {
  const seen = new Map<string, number>();
  for (const [at, { name }] of structures.entries()) {
    const before = seen.get(name.toLowerCase());
    if (before !== undefined)
      throw faulty(
        path,
        `structures ${before + 1} ("${structures[before].name}") and ${at + 1} ("${name}") have one name, for case does not tell names apart`,
      );
    seen.set(name.toLowerCase(), at);
  }
}

function faulty(path: string | URL, fault: string): DelineateError {
  return new DelineateError("bad-configuration", `${path}: ${fault}.`);
}

/** 'structure 3 ("Lung_L"), type: '. */
function placeInWords(file: unknown, [first, at, ...rest]: readonly PropertyKey[]): string {
  if (first === undefined) return "";
  if (first !== "structures" || typeof at !== "number") return `${String(first)}: `;
  const { structures } = file as { readonly structures: readonly unknown[] };
  const name = (structures[at] as { readonly name?: unknown } | null)?.name;
  const called = typeof name === "string" ? ` ("${name}")` : "";
  return `structure ${at + 1}${called}${rest.map((part) => `, ${String(part)}`).join("")}: `;
}

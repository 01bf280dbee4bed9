/**
 * The names, types and colours that a clinic gives its structures. Names as AAPM TG-263 has them: at most 16 characters, told
 * apart without regard to case. A name is offered, never given: a structure is renamed by the person alone.
 */
import { z } from "zod";
import { colourSchema, structureNameSchema, structureTypes } from "./review.ts";

const entrySchema = z.strictObject({
  name: structureNameSchema,
  type: z.enum(structureTypes),
  colour: colourSchema,
  /** What it is, for the list in which a person chooses; may be empty. */
  description: z.string(),
});

export const structureTemplateSchema = z.strictObject({
  /** Such as "Lung, TG-263". */
  name: z.string(),
  structures: z.array(entrySchema),
});
export type StructureTemplate = z.infer<typeof structureTemplateSchema>;
type TemplateEntry = StructureTemplate["structures"][number];

/** The entry of exactly this name; undefined without one. */
export function templateEntry(template: StructureTemplate, name: string): TemplateEntry | undefined {
  return template.structures.find((entry) => entry.name === name);
}

/** The entry whose name is this one but for case, such as "Lung_L" for "lung_l"; undefined without one. */
export function misspeltEntry(template: StructureTemplate, name: string): TemplateEntry | undefined {
  const wanted = name.toLowerCase();
  return template.structures.find((entry) => entry.name !== name && entry.name.toLowerCase() === wanted);
}

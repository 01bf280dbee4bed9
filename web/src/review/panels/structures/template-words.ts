/** What the template of structures says of a name: for the row that renames, the dialog that adds, and the notes below the list. */
import type { StructureType } from "#contract/workspace/review.ts";
import {
  misspeltEntry,
  type StructureTemplate,
  templateEntry,
} from "#contract/workspace/structure-template.ts";

/** Why a structure of this type may not be called so: the name would say another type. Null where nothing is against it. */
export function typeProblem(template: StructureTemplate, name: string, type: StructureType): string | null {
  const entry = templateEntry(template, name);
  return entry === undefined || entry.type === type
    ? null
    : `${name} is ${entry.type} in the template, and this is ${type}: add it as a structure of its own.`;
}

/** That the name is not the template's, and what may have been meant; null where it is. */
export function outsideTemplate(template: StructureTemplate, name: string): string | null {
  if (templateEntry(template, name) !== undefined) return null;
  const spelt = misspeltEntry(template, name);
  const hint = spelt === undefined ? "" : `, which spells it ${spelt.name}`;
  return `not a name of the template “${template.name}”${hint}`;
}

/** What a template of structures says of the name that the ROI gets. The name itself is the person's and stays. */
import { misspeltEntry, templateEntry } from "#contract/workspace/structure-template.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { readStructureTemplate } from "#patients/structure-template.ts";
import { automaticGtv } from "#segment/automatic-roi.ts";

type NameInTemplate = {
  readonly colour: readonly [number, number, number];
  readonly findings: readonly Finding[];
};

/**
 * The ROI's colour, and a finding where the template of the file `structures` does not have its name; red without a file.
 * Throws what reading the template throws, and `usage` for a name that the template gives to something other than a GTV.
 */
export async function nameInTemplate(
  roiName: string,
  structures: string | undefined,
): Promise<NameInTemplate> {
  if (structures === undefined) return { colour: automaticGtv.colour, findings: [] };
  const template = await readStructureTemplate(structures);
  const entry = templateEntry(template, roiName);
  if (entry === undefined) {
    const spelt = misspeltEntry(template, roiName);
    const hint = spelt === undefined ? "" : `, which spells it ${spelt.name}`;
    const sentence = `${roiName} is not a name of the template "${template.name}"${hint}. The ROI keeps it.`;
    return { colour: automaticGtv.colour, findings: [finding("warning", "not-in-template", sentence)] };
  }
  if (entry.type !== "GTV")
    throw new DelineateError(
      "usage",
      `${roiName} is ${entry.type} in the template "${template.name}", and what is contoured is a GTV: choose another --roi-name.`,
    );
  return { colour: entry.colour, findings: [] };
}

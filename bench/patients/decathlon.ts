/**
 * The Decathlon's patients that no model is trained or chosen on: docs/measurements/msd-split.json. They are read where they lie,
 * by the names that an imported cohort gives them. Their spacing is not known.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cohortSplitSchema } from "#contract/cohort-split.ts";
import { loadCt, openRois } from "#patients/cohort/case-source.ts";
import { findResearchCases } from "#patients/cohort/import/find-research-cases.ts";
import type { CaseSource } from "./measured-case.ts";

const splitFile = join(import.meta.dirname, "../../docs/measurements/msd-split.json");

export async function decathlonPatients(data: string): Promise<readonly CaseSource[]> {
  const { test } = cohortSplitSchema.parse(JSON.parse(await readFile(splitFile, "utf8")));
  const { cases, refused } = await findResearchCases(join(data, "msd-lung-slices"));
  // Names count the pairs of dataset.json: with one missing they would mean other patients.
  if (refused.length > 0) throw new Error(`incomplete: ${refused.map(({ where }) => where).join(", ")}`);
  return test.map((name): CaseSource => {
    const researchCase = cases[Number(/^case-(\d{4})$/.exec(name)?.[1]) - 1];
    if (researchCase === undefined) throw new Error(`${splitFile} names ${name}, which the Decathlon lacks`);
    return {
      names: [name],
      group: "decathlon",
      load: async () => {
        const opened = await loadCt(researchCase.ct);
        const { rois } = await openRois(researchCase.targets[0], opened);
        const truth = { kind: "contour", mask: rois[0].mask().mask } as const;
        return [{ name, group: "decathlon", ct: opened.ct, truth, spacingKnown: false }];
      },
    };
  });
}

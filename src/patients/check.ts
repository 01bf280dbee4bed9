/** `delineate check`: the preflight of a structure set, alone or against its CT; with the CT also what its contours hold. */
import { checkStructureSet } from "#dicom/check/check-structure-set.ts";
import type { Violation } from "#dicom/check/rule.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { isStructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import { readWhole } from "#platform/missing.ts";
import { checkTargets } from "./check-targets.ts";
import { readCtFolder } from "./ct/read-ct-folder.ts";

type CheckResult = {
  readonly file: string;
  /** False: the rules about patient, slices, planes and targets were left out. */
  readonly againstCt: boolean;
  readonly errors: number;
  readonly warnings: number;
  readonly violations: readonly Violation[];
};

export async function check(
  path: string,
  ctPath: string | undefined,
  series: string | undefined,
): Promise<CheckResult> {
  const bytes = await readWhole(path);
  const { dataSet } = readDicom(bytes, path);
  const ct = ctPath === undefined ? undefined : await readCtFolder(ctPath, { series });
  const violations = [
    ...checkStructureSet(dataSet, ct),
    ...(ct === undefined || !isStructureSet(dataSet) ? [] : checkTargets(dataSet, ct)),
  ];
  const count = (severity: string): number => violations.filter((item) => item.severity === severity).length;
  return {
    file: path,
    againstCt: ct !== undefined,
    errors: count("error"),
    warnings: count("warning"),
    violations,
  };
}

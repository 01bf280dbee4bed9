/**
 * The ROIs of a file that can be had whole, and why each other one cannot: for callers that go on with the rest of a set. Those that need
 * what they asked for take `masksOf`.
 */
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { type LoadedRoi, type LoadMasksOptions, type MaskFile, openRois } from "./load-masks.ts";
import { refuseLoss } from "./refuse-loss.ts";

type RefusedRoi = { readonly name: string; readonly mask: undefined };

type WholeRois = {
  /** In the file's order. */
  readonly rois: readonly (LoadedRoi | RefusedRoi)[];
  /** Of severity error for each that is refused. */
  readonly findings: readonly Finding[];
};

/** Throws what opening the ROIs throws, also for what refuses the set; where none can be had whole, why the first cannot. */
export function wholeRois(file: MaskFile, options: LoadMasksOptions): WholeRois {
  const opened = openRois(file, options);
  refuseLoss(opened.findings, file.path);
  const findings = [...opened.findings];
  const faults: DelineateError[] = [];
  const rois = opened.rois.map(({ mask: make, contours: _, ...roi }): LoadedRoi | RefusedRoi => {
    try {
      const { mask, findings: roiFindings } = make();
      refuseLoss(roiFindings, file.path);
      findings.push(...roiFindings);
      return { ...roi, mask };
    } catch (error) {
      if (!(error instanceof DelineateError)) throw error;
      faults.push(error);
      findings.push(finding("error", error.code, error.message, roi.name));
      return { name: roi.name, mask: undefined };
    }
  });
  if (faults.length > 0 && faults.length === rois.length) throw faults[0];
  return { rois, findings };
}

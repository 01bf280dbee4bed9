/** The time from a folder of DICOM files to an RTSTRUCT, stage by stage, once the program runs. */
import { randomUUID } from "node:crypto";
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import { loadModel } from "#model/run/load-model.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";
import { programVersion } from "#platform/version.ts";
import { automaticGtv, automaticRoi } from "#segment/automatic-roi.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { median } from "#statistics/moments.ts";

/** What the network sees: the slices near the lungs, or every slice. */
const reaches = ["near the lungs", "every slice"] as const;
type Reach = (typeof reaches)[number];

export type PatientTime = {
  readonly reach: Reach;
  readonly slices: number;
  /** Medians of the rounds, in the order of the work; the last one is the whole. */
  readonly stages: readonly { readonly stage: string; readonly ms: number }[];
};

type PatientOptions = {
  readonly model: string | URL;
  readonly rounds: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
};

/** Throws what reading the CT and the model throws, and `cancelled`. */
export async function timePatient(ctPath: string, options: PatientOptions): Promise<PatientTime[]> {
  const { rounds, progress, signal } = options;
  const timesByReach = new Map<Reach, { slices: number; byStage: Map<string, number[]> }>();
  for (let round = 0; round < rounds; round++) {
    for (const reach of reaches) {
      if (signal.aborted) throw new DelineateError("cancelled", "Interrupted; nothing was measured.");
      const { slices, stages } = await runOnce(ctPath, reach, options.model);
      const reachTimes = timesByReach.get(reach) ?? { slices, byStage: new Map<string, number[]>() };
      timesByReach.set(reach, reachTimes);
      for (const [stage, ms] of stages)
        reachTimes.byStage.set(stage, [...(reachTimes.byStage.get(stage) ?? []), ms]);
    }
    progress.report("timing a patient", round + 1, rounds);
  }
  return [...timesByReach].map(([reach, { slices, byStage }]) => ({
    reach,
    slices,
    stages: [...byStage].map(([stage, ms]) => ({ stage, ms: median(ms) })),
  }));
}

async function runOnce(ctPath: string, reach: Reach, modelPath: string | URL) {
  const clock = createStageClock();
  clock.begin("loading the model");
  const model = await loadModel(modelPath);
  const ct = await readCtFolder(ctPath, { progress: clock });
  const { mask } = await contourCt(ct, model, {
    cleanUp: "tumour",
    progress: clock,
    ...(reach === "every slice" ? { region: "all" } : {}),
  });
  clock.begin("writing and reading back");
  exportMasks({
    format: "rtstruct",
    ct,
    rois: [automaticRoi({ mask, model })],
    label: automaticGtv.label,
    holes: "keyhole",
    softwareVersion: programVersion,
    writtenAt: new Date(),
    uidName: randomUUID(),
  });
  const stages = clock.end();
  await model.dispose();
  return { slices: ct.grid.size[2], stages };
}

/** Takes a stage's time from its first report to the next one's. */
function createStageClock(): Progress & { begin(stage: string): void; end(): Map<string, number> } {
  const stages = new Map<string, number>();
  const started = performance.now();
  let [current, since] = ["", started];
  const begin = (stage: string): void => {
    const now = performance.now();
    if (current !== "") stages.set(current, (stages.get(current) ?? 0) + now - since);
    [current, since] = [stage, now];
  };
  return {
    begin,
    report: (stage) => {
      if (stage !== current) begin(stage);
    },
    end: () => {
      begin("");
      return stages.set("the whole", performance.now() - started);
    },
  };
}

/** `delineate start`, what `npm start` runs. */
import type { Command } from "commander";
import { researchUse } from "../contract/model-metadata.ts";
import { interruptSignal } from "../node/interrupt.ts";
import { createTerminalProgress } from "../node/terminal-progress.ts";
import { runSample } from "../workflows/start.ts";
import { printResult } from "./output.ts";

export function addStartCommand(program: Command): void {
  program
    .command("start")
    .description(
      "The main job on a sample patient: make it if there is none, contour its GTV with the shipped model, show how good it is.",
    )
    .option("--out <DIR>", "folder of the sample", "sample")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExamples:\n  $ npm start\n  $ delineate start --out /tmp/sample")
    .action(async (options: { out: string; json?: boolean }) => {
      const signal = interruptSignal("Stopping; run it again to go on.");
      const result = await runSample(options.out, createTerminalProgress(), signal);
      const { segmentation, overlap, overlays, patient } = result;
      const show = (value: number | null): string => (value === null ? "undefined" : value.toFixed(3));
      const text = [
        `Sample patient (synthetic)   ${patient}`,
        `GTV by the shipped model     ${segmentation.out}  (${segmentation.volumeCc.toFixed(1)} cc, RTSTRUCT, read back and equal)`,
        `Against the true tumour      DSC ${show(overlap.dsc)}  JSC ${show(overlap.jsc)}  TPR ${show(overlap.tpr)}  FPR ${overlap.fpr?.toFixed(5) ?? "undefined"}`,
        `Overlays                     ${overlays[0]} and ${overlays.length - 1} slices (reference green, automatic red, agreement yellow)`,
        "",
        "On your own CT:  npx delineate segment CT_FOLDER --out gtv.dcm --preview overlays",
        `${researchUse} The shipped model was trained on synthetic patients.`,
      ].join("\n");
      printResult(options.json, result, text);
    });
}

/** `delineate segment` on the command line. */
import type { Command } from "commander";
import { counted } from "#core/counted.ts";
import { DelineateError } from "#core/errors.ts";
import { chooseDevice, type DeviceChoice, deviceChoices } from "#engine/runtime/devices.ts";
import { startDecoders } from "#patients/ct/read-frames.ts";
import { formatOfName, type MaskFormat, maskFormats } from "#patients/masks/mask-formats.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { refuseExisting } from "#platform/write-file.ts";
import { expectationSentence } from "#segment/expected-dsc.ts";
import type { SegmentResult } from "#segment/run/segment.ts";
import { volumeText } from "#statistics/printed-numbers.ts";
import { deviceHelp, oneOf } from "./arguments/options.ts";
import { modelLine, printResult, say, sayFindings } from "./output.ts";

type Options = {
  model?: string;
  modelConfig?: string;
  out: string;
  format?: MaskFormat;
  series?: string;
  roiName: string;
  structures?: string;
  addTo?: string;
  holes: "keyhole" | "xor";
  keep: "largest" | "all";
  preview?: string;
  device: DeviceChoice;
  force: boolean;
  json?: boolean;
};

export function segmentVerb(command: Command): void {
  command
    .requiredOption("--out <FILE>", "file to write")
    .option(
      "--model <FILE>",
      "model to use (default: the shipped one, for research only; `delineate model card` describes it)",
    )
    .option(
      "--model-config <FILE>",
      "JSON that describes input and output of an ONNX model trained elsewhere (docs/external-models.md)",
    )
    .option(
      "--format <NAME>",
      `${maskFormats.join(", ")} (default: by the ending of --out)`,
      oneOf(maskFormats),
    )
    .option("--series <UID>", "which CT series, by UID or number, if there are several")
    .option("--roi-name <NAME>", "name of the ROI, at most 16 ASCII characters", "GTV_AUTO")
    .option(
      "--structures <FILE>",
      "JSON with names, types and colours of structures (templates/lung.json): gives the ROI its colour, says if its name is not one of them",
    )
    .option("--add-to <RTSTRUCT>", "add the GTV to this structure set of the CT; the result is a new file")
    .option(
      "--holes <HOW>",
      "how RTSTRUCT holes are drawn: keyhole or xor",
      oneOf(["keyhole", "xor"] as const),
      "keyhole",
    )
    .option(
      "--keep <WHAT>",
      "largest: the surest connected region; all: every region found",
      oneOf(["largest", "all"] as const),
      "largest",
    )
    .option("--preview <DIR>", "also write overlays as PNG")
    .option("--device <NAME>", deviceHelp, oneOf(deviceChoices), "auto")
    .option("--force", "overwrite --out and the overlays", false)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate segment patient/ct --out gtv.dcm\n  $ delineate segment patient/ct --model run/model.onnx --out gtv.dcm --preview overlays\n  $ delineate segment patient/ct --out gtv.nii.gz\n  $ delineate segment ct.nii.gz --out gtv.nii.gz\n  $ delineate segment patient/ct --model other.onnx --model-config other.json --out gtv.dcm\n  $ delineate segment patient/ct --add-to organs.dcm --roi-name GTV_AUTO --out organs-gtv.dcm",
    )
    .action(async (ctPath: string, options: Options) => {
      const signal = interruptSignal("Stopping; nothing is written.");
      if (options.modelConfig !== undefined && options.model === undefined)
        throw new DelineateError("usage", "--model-config describes a model: name its file with --model.");
      const { out, series, roiName, structures, addTo, holes, preview, force } = options;
      const cleanUp = options.keep === "all" ? "none" : "tumour";
      const format = options.format ?? formatOfName(out);
      const { device, sentence } = await chooseDevice(options.device);
      say(sentence);
      await refuseExisting(out, { force });
      const progress = createTerminalProgress();
      // Threads decode while the rest of the program is loaded, most of it for the network and the export.
      const decoders = startDecoders();
      const { beginCt } = await import("#patients/ct/begin-ct.ts");
      const begunCt = await beginCt(ctPath, { series, progress, signal, decoders });
      try {
        const { segment } = await import("#segment/run/segment.ts");
        const request = {
          ctPath,
          device,
          out,
          format,
          series,
          roiName,
          structures,
          addTo,
          holes,
          preview,
          force,
          cleanUp,
          model: options.model,
          modelConfiguration: options.modelConfig,
        } as const;
        const result = await segment(request, progress, signal, begunCt);
        if (!options.json) sayFindings(result.findings);
        printResult(options.json, result, describeResult(result));
      } finally {
        begunCt.stop();
      }
    });
}

function describeResult(result: SegmentResult): string {
  const { out, volumeCc, slices, expected, model, msPerSlice, previews } = result;
  const where =
    slices.count === 0
      ? "nothing found"
      : `${counted(slices.count, "slice")} (${slices.first} to ${slices.last})`;
  const worth = expectationSentence(expected);
  const lines = [
    `GTV ${volumeText(volumeCc)} cc, ${where}, ${Math.round(msPerSlice)} ms per slice`,
    ...(worth === undefined ? [] : [worth]),
    modelLine(model),
    `written and read back: ${out}`,
  ];
  if (previews.length > 0) lines.push(`overlays: ${counted(previews.length, "file")}, ${previews[0]} ...`);
  return lines.join("\n");
}

/** `delineate convert` on the command line. */
import { type Command, Option } from "commander";
import { type HoleTechnique, holeTechniques } from "#dicom/rtstruct/contours-of-mask.ts";
import { convertMasks } from "#patients/convert.ts";
import { type MaskFormat, maskFormats } from "#patients/masks/mask-formats.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { printResult, sayFindings } from "./output.ts";

type Options = {
  format?: MaskFormat;
  ct?: string;
  series?: string;
  roi?: string;
  name?: string;
  holes: HoleTechnique;
  resample: boolean;
  force: boolean;
  json?: boolean;
};

export function convertVerb(command: Command): void {
  command
    .addOption(new Option("--format <NAME>", "format of OUT (default: by its ending)").choices(maskFormats))
    .option("--ct <DIR>", "the CT of the masks (default: searched beside IN)")
    .option("--series <UID>", "which CT series, if the folder holds several")
    .option("--roi <PATTERN>", "ROI's name or a regular expression (default: all)")
    .option("--name <NAME>", "new name of the one ROI")
    .addOption(
      new Option("--holes <HOW>", "how an RTSTRUCT shows holes").choices(holeTechniques).default("keyhole"),
    )
    .option("--resample", "resample a mask on another grid to the CT's by nearest neighbour", false)
    .option("--force", "overwrite OUT", false)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate convert cohort/patient-0001/rtstruct.dcm gtv.nii.gz --roi GTV\n  $ delineate convert gtv.nii.gz gtv.seg.dcm --ct cohort/patient-0001/ct\n  $ delineate convert mask.nrrd gtv.dcm --ct cohort/patient-0001/ct --name GTV",
    )
    .action(async (input: string, output: string, options: Options) => {
      const result = await convertMasks({ input, output, ...options }, createTerminalProgress());
      sayFindings(result.findings);
      const lines = result.proofs.map(
        ({ roi, volumeCc, differingVoxels }) =>
          `${roi}: ${volumeCc.toFixed(2)} cc, read back with ${differingVoxels} differing voxels`,
      );
      printResult(options.json, result, [result.output, ...lines].join("\n"));
    });
}

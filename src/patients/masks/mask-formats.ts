/** The formats that masks are written in, and the endings of their files. A verb's options need no more of them than this. */
import { DelineateError } from "#core/errors.ts";

export const maskFormats = ["rtstruct", "seg", "nifti", "nrrd"] as const;
export type MaskFormat = (typeof maskFormats)[number];

/** Endings that say the format; ".dcm" alone is an RTSTRUCT. Longest first. */
const endings: readonly (readonly [string, MaskFormat])[] = [
  [".seg.nrrd", "nrrd"],
  [".seg.dcm", "seg"],
  [".nii.gz", "nifti"],
  [".nrrd", "nrrd"],
  [".nii", "nifti"],
  [".dcm", "rtstruct"],
];

/** The format that a file's name asks for. Throws `unknown-format` naming the endings that are understood. */
export function formatOfName(path: string): MaskFormat {
  const match = endings.find(([ending]) => path.toLowerCase().endsWith(ending));
  if (match !== undefined) return match[1];
  throw new DelineateError(
    "unknown-format",
    `The ending of ${path} says no format: expected .dcm (RTSTRUCT), .seg.dcm, .nii, .nii.gz or .nrrd, or --format.`,
  );
}

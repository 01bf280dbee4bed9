/**
 * Whether an image shows what networks were trained on: a chest in Hounsfield units. Facts of the voxels, whatever file
 * they came from; what the header says of its units is told in reading (dicom/ct/hounsfield.ts). Findings of severity error
 * mean that no contour can be made.
 */

import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { coarsenCt } from "./coarse-chest.ts";
import { lungTissueCc } from "./lung-tissue.ts";

/** The codes of `checkInput`'s findings. A contour made in spite of `no-lungs` is doubtful. */
export const inputCodes = { noAir: "no-air", noLungs: "no-lungs" } as const;

/** Between padding, which is no measurement, and half way to tissue. */
const airHu = { above: -1024, to: -500 } as const;
/** Every CT of a body has more air than this, in it, round it, or at its surface at least; a few voxels are metal's shadows. */
const leastAirPart = 1e-4;
/** Of the core of what looks like lung: a small part of one lung. */
const leastLungCc = 50;

/** Findings `no-air` (an error) or `no-lungs` (a warning); none for a CT of the chest or a crop of one lung. `coarse`: the same CT. */
export function checkInput(ct: CtImage, coarse = coarsenCt(ct)): Finding[] {
  if (!hasAir(ct.hu)) {
    const message =
      "The CT has no air (nothing between -1024 and -500 HU), expected some near -1000: its values are no Hounsfield units, or were cut off. Export the original series with its rescale.";
    return [finding("error", inputCodes.noAir, message)];
  }
  if (lungTissueCc(coarse) < leastLungCc) {
    const message =
      "The CT shows no lungs: expected a CT of the chest. Any contour in it is doubtful, whatever the model found.";
    return [finding("warning", inputCodes.noLungs, message)];
  }
  return [];
}

/** Throws `not-hu` for the first error among findings of `checkInput`, with what reading the CT found odd in its units. */
export function refuseErrors(findings: readonly Finding[], fromReading: readonly Finding[]): void {
  const error = findings.find(({ severity }) => severity === "error");
  if (error === undefined) return;
  const units = fromReading.filter(({ code }) => code === "not-hu").map(({ message }) => message);
  throw new DelineateError("not-hu", [error.message, ...units].join(" "));
}

function hasAir(hu: Int16Array): boolean {
  const needed = Math.max(1, hu.length * leastAirPart);
  let count = 0;
  for (let at = 0; at < hu.length; at++) {
    if (hu[at] <= airHu.above || hu[at] > airHu.to) continue;
    count++;
    if (count >= needed) return true;
  }
  return false;
}

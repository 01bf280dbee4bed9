/** What an image went through, in a few words each: for captions of previews. */
import type { Augmentation, Transform } from "./augmentation.ts";

/** In the order of application; lengths in millimetres on an image that is `widthMm` wide, to the right and down. */
export function describeAugmentation(
  { transforms, elastic, intensity }: Augmentation,
  widthMm: number,
): string[] {
  const lines = transforms.map((transform) => describeTransform(transform, widthMm));
  if (elastic !== undefined) {
    const largest = elastic.reduce((most, part) => Math.max(most, Math.abs(part)), 0);
    lines.push(`elastic to ${(largest * widthMm).toFixed(0)} mm`);
  }
  if (intensity !== undefined) {
    const { gain, offsetHu, noiseHu, blurPixels } = intensity;
    lines.push(`HU x ${gain.toFixed(2)} ${signed(offsetHu)}`);
    lines.push(`noise ${noiseHu.toFixed(0)} HU, blur ${blurPixels.toFixed(1)} px`);
  }
  return lines;
}

function describeTransform(transform: Transform, widthMm: number): string {
  switch (transform.kind) {
    case "flip":
      return "flip";
    case "rotate":
      return `rotate ${signed(transform.degrees)} degrees`;
    case "scale":
      return `scale ${transform.factor.toFixed(2)}`;
    case "translate":
      return `translate ${signed(transform.x * widthMm)} ${signed(transform.y * widthMm)} mm`;
    case "crop":
      return `crop to ${(100 * transform.keptWidth).toFixed(0)}%`;
  }
}

function signed(value: number): string {
  const rounded = Math.round(value);
  return rounded < 0 ? String(rounded) : `+${rounded}`;
}

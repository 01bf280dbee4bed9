/** A placed tumour on the canvas: the collapsed lung beside it, its spicules, then its body, which is the GTV. */
import type { Random } from "#core/random.ts";
import type { Canvas } from "./canvas.ts";
import type { Thorax, Tumour } from "./tumour.ts";
import { type Appearance, paintBody } from "./tumour-appearance.ts";
import { paintAtelectasis, paintSpicules } from "./tumour-surroundings.ts";

export function paintTumour(
  { canvas, plan, shape }: Thorax & { readonly canvas: Canvas },
  tumour: Tumour,
  appearance: Appearance,
  random: Random,
): void {
  if (tumour.atelectasis)
    paintAtelectasis({ canvas, shape, contrast: plan.contrast }, tumour, random.fork("atelectasis"));
  if (tumour.spiculated) paintSpicules(canvas, shape, tumour, random.fork("spicules"));
  paintBody(canvas, tumour, appearance, random.fork("texture"));
}

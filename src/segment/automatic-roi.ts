/** A model's contour as an ROI of a file: the same words whoever asks for it, the command line or a browser. */
import type { ModelIdentity } from "#contract/model-identity.ts";
import type { RoiToWrite } from "#dicom/rtstruct/write-rtstruct.ts";
import type { Mask } from "#geometry/mask.ts";
import { provenance } from "./provenance.ts";

/** Name and label where nobody asked for others, and the red of a GTV without a colour of its own. */
export const automaticGtv = { name: "GTV_AUTO", label: "AUTO GTV", colour: [255, 0, 0] } as const;

type AutomaticContour = {
  readonly mask: Mask;
  readonly model: ModelIdentity;
  /** What it is worth (expected-dsc.ts). */
  readonly worth?: string | undefined;
};

export function automaticRoi(
  { mask, model, worth }: AutomaticContour,
  { name, colour }: Pick<RoiToWrite, "name" | "colour"> = automaticGtv,
): RoiToWrite {
  return {
    name,
    mask,
    interpretedType: "GTV",
    algorithm: "AUTOMATIC",
    algorithmDescription: provenance(model),
    description: worth,
    colour,
  };
}

/**
 * Two kinds of cohort. `paper`: tumours in the proportions of the paper's Table 1 on planning CTs of 5 mm, for
 * experiments that are compared with it. `wide`: tumours of every size and place, evenly, on scans of many kinds (thin
 * slices, arms down, off centre, cut off by the field, noisy and sharp kernels), to train a model for scanners unknown.
 */
import type { Random } from "#core/random.ts";
import { contacts, drawTumour, lobes, type TumourPlan } from "./table1.ts";

export const varieties = ["paper", "wide"] as const;
export type Variety = (typeof varieties)[number];

export type Acquisition = {
  /** Painted layers (2.5 mm apart) that are averaged into one slice. */
  readonly layersPerSlice: 1 | 2;
  /** Width of the image over the width of the body; below 1 the body is cut off. */
  readonly field: number;
  /** Added to where the body stands in the image. */
  readonly shiftMm: readonly [x: number, y: number];
  /** Outside the circle that fits into the image there is nothing, as some scanners write it. */
  readonly circle: boolean;
  readonly armsDown: boolean;
  /** The image shows the tumour's lung and not the other, and is this many times as wide as the lung; 0 for a whole chest. */
  readonly oneLung: number;
  /** Error of the scanner's calibration. */
  readonly offsetHu: number;
  /** Layers over which breathing blurs the lung bases; 0 for a breath held. */
  readonly breathingLayers: number;
};

export function drawAcquisition(random: Random, variety: Variety): Acquisition {
  const field = random.uniform(1.03, 1.28);
  const breathingLayers = random.next() < 0.5 ? 0 : 1 + random.integer(5);
  if (variety === "paper") {
    return {
      layersPerSlice: 2,
      field,
      shiftMm: [0, 0],
      circle: false,
      armsDown: false,
      oneLung: 0,
      offsetHu: 0,
      breathingLayers,
    };
  }
  return {
    layersPerSlice: random.next() < 0.4 ? 1 : 2,
    field: random.pick([field, random.uniform(0.85, 1.03), random.uniform(1.28, 1.5)], [5, 2, 2]),
    shiftMm: [random.normal(0, 12), random.normal(0, 14)],
    circle: random.next() < 0.4,
    armsDown: random.next() < 0.15,
    oneLung: random.fork("one-lung").next() < 0.12 ? random.fork("crop").uniform(1, 1.4) : 0,
    offsetHu: random.normal(0, 8),
    breathingLayers,
  };
}

/** Volumes of the wide cohort: as many of 1 to 2 cc as of 100 to 200 cc. */
export const wideVolumeCc = { lowest: 0.7, highest: 600 } as const;

/** Contacts of the wide cohort, each with its part. */
const wideContacts = [...contacts, "aorta"] as const;
const contactParts = [35, 25, 25, 15] as const;
/** Where the aorta runs along the lung. */
const lobesAtAorta = ["left-upper", "left-lower"] as const;

export function drawTumourPlan(random: Random, variety: Variety): TumourPlan {
  if (variety === "paper") return drawTumour(random);
  const { lowest, highest } = wideVolumeCc;
  const contact = random.pick(wideContacts, contactParts);
  return {
    lobe: random.pick(contact === "aorta" ? lobesAtAorta : lobes),
    contact,
    volumeCc: lowest * (highest / lowest) ** random.next(),
  };
}

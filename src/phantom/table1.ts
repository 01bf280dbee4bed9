/**
 * Tumours in the proportions of the paper's Table 1 (Zhang 2020, training cohort of 300): volume, lobe, contact with
 * the chest wall or the mediastinum. The table's sides (right:left 136:164) do not fit its lobes (121:179); the lobes are
 * followed, which give the side.
 */
import type { Random } from "#core/random.ts";

export const lobes = ["left-upper", "left-lower", "right-upper", "right-middle", "right-lower"] as const;
export type Lobe = (typeof lobes)[number];
const lobeCounts = [112, 67, 53, 48, 20] as const;

export const contacts = ["none", "chest-wall", "mediastinum"] as const;
type Contact = (typeof contacts)[number];
const contactCounts = [300 - 31 - 105, 31, 105] as const;

/** Cubic centimetres. */
const volumeTable = { medianCc: 85.4, lowestCc: 1.6, highestCc: 678.6 } as const;

/**
 * Spread of the logarithm of the volume: a log-normal variable whose range over 300 patients (2.9 standard deviations on
 * either side of the median) ends near 1.6 and 678.6 cc; the table's lower tail is the longer one.
 */
const logDeviation = { below: Math.log(85.4 / 1.6) / 2.9, above: Math.log(678.6 / 85.4) / 2.9 } as const;

export type TumourPlan = {
  readonly lobe: Lobe;
  /** The paper's table does not tell the aorta from the rest of the mediastinum; the wide variety does. */
  readonly contact: Contact | "aorta";
  readonly volumeCc: number;
};

export function drawTumour(random: Random): TumourPlan {
  const lobe = random.pick(lobes, lobeCounts);
  const contact = random.pick(contacts, contactCounts);
  return { lobe, contact, volumeCc: drawVolumeCc(random) };
}

function drawVolumeCc(random: Random): number {
  for (;;) {
    const deviate = random.normal();
    const spread = deviate < 0 ? logDeviation.below : logDeviation.above;
    const volume = volumeTable.medianCc * Math.exp(deviate * spread);
    if (volume >= volumeTable.lowestCc && volume <= volumeTable.highestCc) return volume;
  }
}

export function isLeft(lobe: Lobe): boolean {
  return lobe.startsWith("left");
}

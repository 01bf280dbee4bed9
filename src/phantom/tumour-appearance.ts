/**
 * What a tumour is made of: its HU and grain, a necrotic core or a cavity, ground glass, lung that stayed open in it.
 * The paper's cohorts keep the appearance that they always had, bit for bit; `wide` ones and inserted ones draw from more.
 */
import type { Random } from "#core/random.ts";
import { type Canvas, paint } from "./canvas.ts";
import type { Tumour } from "./tumour.ts";
import { createNoise, smoothStep } from "./value-noise.ts";

export type Appearance = {
  readonly baseHu: number;
  /** How uneven it is: 1 has a standard deviation of about 5 HU. */
  readonly grain: number;
  readonly core: Core | undefined;
  /** Added within some millimetres of the surface: a rim that takes up contrast. */
  readonly rim: { readonly hu: number; readonly depthMm: number };
  /** From this value of the smooth noise on, bronchi and lung stayed open; above 1 nowhere. */
  readonly openLung: number;
  /** Down to this depth; deeper in there is tumour alone. */
  readonly openDepthMm: number;
  readonly glass: { readonly hu: number; readonly solidPart: number };
  /** Smooth noise above this is calcified; above 1 nowhere. */
  readonly calcifiedFrom: number;
  /** Width of the edge in pixels. */
  readonly softness: number;
};

/** The inside, from a depth on: necrosis (near water) or a cavity (air, perhaps with fluid that lies behind). */
type Core = {
  readonly hu: number;
  /** Depth at which it begins, in parts of the radius. */
  readonly from: number;
  /** Behind this y, relative to the centre in parts of the radius, a cavity holds fluid; undefined without fluid. */
  readonly fluidBehind: number | undefined;
};

const cavityHu = -930;
const fluidHu = 10;

/** As cohorts of the paper's variety always drew it. `contrast`: 0 without, 1 with much. */
export function drawPaperAppearance(
  contrast: number,
  { necrotic, radiusMm }: Pick<Tumour, "necrotic" | "radiusMm">,
  random: Random,
): Appearance {
  const baseHu = random.uniform(22, 48) + contrast * random.uniform(10, 45);
  const from = random.uniform(0.35, 0.6);
  const cavity = necrotic && random.next() < 0.15;
  const softness = random.uniform(1, 2.2);
  const air = random.fork("air");
  return {
    baseHu,
    grain: 1,
    core: necrotic ? { hu: cavity ? cavityHu : 12, from, fluidBehind: undefined } : undefined,
    rim: { hu: 0, depthMm: 1 },
    openLung: air.next() < 0.4 ? air.uniform(0.45, 0.75) : 2,
    openDepthMm: radiusMm * 0.6,
    glass: { hu: air.uniform(-620, -350), solidPart: air.uniform(0, 0.7) },
    calcifiedFrom: 2,
    softness,
  };
}

/** Of every kind: the larger, the more often necrotic and the larger the core. */
export function drawWideAppearance(contrast: number, radiusMm: number, random: Random): Appearance {
  const size = smoothStep(8, 45, radiusMm);
  const softness = random.fork("softness").pick([1, 1.4, random.uniform(1.4, 3)], [4, 3, 1.5]);
  const rim = random.fork("rim");
  const air = random.fork("air");
  return {
    baseHu: random.uniform(18, 55) + contrast * random.uniform(5, 50),
    grain: random.pick([random.uniform(0.4, 1), random.uniform(1, 2.2)]),
    core: drawCore(size, random.fork("core")),
    rim:
      rim.next() < 0.15 + 0.25 * contrast
        ? { hu: rim.uniform(8, 20 + 25 * contrast), depthMm: rim.uniform(3, 9) }
        : { hu: 0, depthMm: 1 },
    openLung: air.next() < 0.35 ? air.uniform(0.5, 0.8) : 2,
    openDepthMm: Math.min(radiusMm * 0.6, air.uniform(4, 14)),
    glass: { hu: air.uniform(-650, -350), solidPart: air.uniform(0, 0.7) },
    calcifiedFrom: random.fork("calcified").next() < 0.06 ? 0.55 : 2,
    softness,
  };
}

function drawCore(size: number, random: Random): Core | undefined {
  if (random.next() > 0.08 + 0.62 * size) return undefined;
  const cavity = random.next() < 0.35 - 0.2 * size;
  const from = random.uniform(0.18, 0.6 - 0.2 * size);
  const fluidBehind = cavity && random.next() < 0.4 ? random.uniform(-0.2, 0.5) : undefined;
  return { hu: cavity ? cavityHu : random.uniform(2, 30), from, fluidBehind };
}

/** Paints the tumour's own tissue. `random` names the noise of its texture. */
export function paintBody(canvas: Canvas, tumour: Tumour, appearance: Appearance, random: Random): void {
  const { centre, distance, reachMm, radiusMm } = tumour;
  const { baseHu, grain, core, rim, glass, openLung, openDepthMm, calcifiedFrom } = appearance;
  const noise = createNoise(random);
  const box = {
    low: [centre[0] - reachMm, centre[1] - reachMm, centre[2] - reachMm] as const,
    high: [centre[0] + reachMm, centre[1] + reachMm, centre[2] + reachMm] as const,
  };
  const coreHu = (y: number): number => {
    if (core?.fluidBehind === undefined) return core?.hu ?? 0;
    return y - centre[1] > core.fluidBehind * radiusMm ? fluidHu : core.hu;
  };
  paint(canvas, { ...box, distance, softMm: canvas.pixelMm * appearance.softness }, (_, x, y, z) => {
    const depth = -distance(x, y, z);
    let hu = baseHu + 9 * grain * noise(x / 7, y / 7, z / 7) + 5 * grain * noise(x / 2.5, y / 2.5, z / 3);
    hu += rim.hu * smoothStep(rim.depthMm, 0, depth);
    if (core !== undefined) {
      const inside = depth - radiusMm * core.from + 5 * noise(x / 9, y / 9 + 30, z / 9);
      hu += smoothStep(-2, 4, inside) * (coreHu(y) - hu);
    }
    const chalk =
      0.6 * noise((x + 0.6 * y) / 6 + 40, (y - 0.5 * z) / 6, (z + 0.4 * x) / 7) +
      0.6 * noise((x - 0.4 * y) / 15, (y + 0.7 * z) / 15 + 60, (z - 0.6 * x) / 15);
    hu += smoothStep(calcifiedFrom, calcifiedFrom + 0.15, chalk) * (380 - hu);
    if (tumour.subsolid) {
      const solid = depth - radiusMm * (1 - glass.solidPart) + 3 * noise(x / 6, y / 6 + 12, z / 6);
      hu = glass.hu + 60 * noise(x / 4, y / 4, z / 4) + smoothStep(-2, 2, solid) * (hu - glass.hu);
    }
    const pocket = smoothStep(openLung, openLung + 0.2, noise(x / 4.5 + 70, y / 4.5, z / 4.5));
    return hu + pocket * smoothStep(openDepthMm, 0, depth) * (-800 - hu);
  });
}

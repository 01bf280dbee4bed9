/**
 * Diaphragm, lungs, lobes and fissures as signed distances in millimetres: the lungs fill what the chest wall, the
 * mediastinum and the diaphragm leave. Body frame of body-plan.ts.
 */
import type { BodyPlan } from "#phantom/body-plan.ts";
import type { Distance } from "#phantom/canvas.ts";
import type { Lobe } from "#phantom/table1.ts";
import { type Noise, smoothMin } from "#phantom/value-noise.ts";
import type { ChestWall } from "./chest-wall.ts";
import type { MiddleOfChest } from "./mediastinum.ts";

export type LungShape = {
  /** Negative above the diaphragm. */
  readonly diaphragm: Distance;
  /** Either lung; x < 0 is the right one. */
  readonly lung: Distance;
  readonly lobe: (x: number, y: number, z: number) => Lobe;
  /** Distance to the nearest fissure, never negative. */
  readonly fissure: Distance;
};

export function lungsWithin(
  { cavity, mediastinum }: ChestWall & MiddleOfChest,
  plan: BodyPlan,
  rough: Noise,
): LungShape {
  const { apexZ, baseZ, cavityX, cavityY } = plan;

  function diaphragm(x: number, y: number, z: number): number {
    const right = x < 0;
    const mid = right ? -cavityX * 0.46 : cavityX * 0.48;
    const u = (x - mid) / (cavityX * 0.62 * (right ? 1 : plan.leftDomeWidth));
    const v = (y - cavityY * (right ? plan.domeY.right : plan.domeY.left)) / (cavityY * 1.05);
    const dome = plan.domeHeight * (1 - 0.9 * u * u - 1.15 * v * v) + (right ? plan.domeDifference : 0);
    const bumps = rough(x / 50, y / 50, 1) + 0.5 * rough(x / 24, y / 24, right ? 14 : 15);
    const surface = baseZ + Math.max(-45, dome) + plan.domeRough * bumps;
    return (surface - z) * 0.75;
  }

  function lung(x: number, y: number, z: number): number {
    const side = Math.abs(x) - cavityX * 0.36;
    const top = apexZ - 62 * (side / 62) ** 2 - 48 * ((y - 12) / 62) ** 2;
    const roof = (z - top) * 0.6;
    const inner = Math.max(cavity(x, y, z) + 1, diaphragm(x, y, z), roof);
    // Maximum of the two, with the corner rounded: the pleura has no edges.
    return -smoothMin(-inner, mediastinum(x, y, z), 8);
  }

  const oblique = (x: number, y: number, z: number): number =>
    (z - (-8 + 1.05 * (y - cavityY * 0.1)) + 8 * rough(x / 90, y / 90, x > 0 ? 4 : 8)) * 0.69;
  const horizontal = (x: number, y: number, z: number): number => z + 22 + 6 * rough(x / 80, y / 80, 12);

  function lobe(x: number, y: number, z: number): Lobe {
    const lower = oblique(x, y, z) < 0;
    if (x >= 0) return lower ? "left-lower" : "left-upper";
    if (lower) return "right-lower";
    return horizontal(x, y, z) < 0 ? "right-middle" : "right-upper";
  }

  function fissure(x: number, y: number, z: number): number {
    const d = Math.abs(oblique(x, y, z));
    return x < 0 && oblique(x, y, z) > 0 ? Math.min(d, Math.abs(horizontal(x, y, z))) : d;
  }

  return { diaphragm, lung, lobe, fissure };
}

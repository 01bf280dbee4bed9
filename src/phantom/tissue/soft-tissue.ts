/** The ground on which all else is painted: air, skin, fat, muscles, the cavity's fat, lungs, the upper abdomen. */
import type { Random } from "#core/random.ts";
import type { BodyPlan } from "#phantom/body-plan.ts";
import type { Canvas } from "#phantom/canvas.ts";
import type { ThoraxShape } from "#phantom/thorax/thorax-shape.ts";
import { abdomenTissue } from "./abdomen.ts";
import { lungTissue, mediastinalFat } from "./chest-tissue.ts";
import { createGround, type Ground, type TissueHu } from "./ground.ts";
import { wallAt } from "./wall-tissue.ts";

const airHu = -1000;

export function paintSoftTissue(canvas: Canvas, plan: BodyPlan, shape: ThoraxShape, random: Random): void {
  const { size, layers, pixelMm, layerMm, hu } = canvas;
  const ground = createGround({ plan, shape }, pixelMm, random);
  const { edge } = ground;
  const inner = innerTissue(ground, pixelMm * 0.5);
  for (let k = 0; k < layers; k++) {
    const z = canvas.firstZ + k * layerMm;
    const wall = wallAt(ground, z);
    for (let j = 0; j < size; j++) {
      const y = canvas.firstY + j * pixelMm;
      for (let i = 0; i < size; i++) {
        const x = canvas.firstX + i * pixelMm;
        const body = shape.body(x, y, z);
        if (body > pixelMm) continue;
        const cavity = shape.cavity(x, y, z);
        const part = edge(cavity);
        let value = part === 1 ? 0 : wall(x, y, body, cavity);
        if (part > 0) value += part * (inner(x, y, z) - value);
        const index = i + size * (j + size * k);
        hu[index] += edge(body) * (value - hu[index]);
      }
    }
  }
}

/** HU within the ribs; beyond `bufferMm` from the lungs' surface a pixel is lung or it is not. */
function innerTissue(ground: Ground, bufferMm: number): TissueHu {
  const { shape, edge } = ground;
  const lungHu = lungTissue(ground);
  const fatHu = mediastinalFat(ground);
  const abdomenHu = abdomenTissue(ground);
  return (x, y, z) => {
    const lung = shape.lung(x, y, z);
    if (lung < -bufferMm) return lungHu(x, y, z, lung);
    const below = shape.diaphragm(x, y, z);
    const outside = below > 0 && shape.mediastinum(x, y, z) > -6 ? abdomenHu(x, y, z, below) : fatHu(x, y, z);
    if (lung > bufferMm) return outside;
    return outside + edge(lung) * (lungHu(x, y, z, lung) - outside);
  };
}

/** The couch under the patient: a curved shell of carbon fibre around foam, and often a mattress. */
export function paintCouch(canvas: Canvas, plan: BodyPlan, backY: number, random: Random): void {
  const flat = random.next() < 0.65;
  const top = backY + random.uniform(2, 12);
  const thickness = random.uniform(18, 60);
  const halfWidth = random.uniform(200, 265);
  const curve = flat ? 0 : random.uniform(0.0003, 0.001);
  const { size, layers, pixelMm, hu } = canvas;
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const x = canvas.firstX + i * pixelMm + plan.shiftX;
      const depth = canvas.firstY + j * pixelMm - top + curve * x * x;
      if (depth < 0 || depth > thickness || Math.abs(x) > halfWidth) continue;
      const shell = Math.min(depth, thickness - depth, halfWidth - Math.abs(x)) < 2.5;
      const value = shell ? -260 : -940;
      for (let k = 0; k < layers; k++) {
        const index = i + size * (j + size * k);
        if (hu[index] < -900) hu[index] = value;
      }
    }
  }
}

export const outsideHu = airHu;

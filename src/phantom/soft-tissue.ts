/** The ground on which all else is painted: air, skin, fat, muscles, the cavity's fat, lungs, the upper abdomen. */
import type { Random } from "#core/random.ts";
import type { BodyPlan } from "./body-plan.ts";
import type { Canvas } from "./canvas.ts";
import type { ThoraxShape } from "./thorax-shape.ts";
import { createNoise, smoothStep } from "./value-noise.ts";

const airHu = -1000;
const skinMm = 2;

export function paintSoftTissue(canvas: Canvas, plan: BodyPlan, shape: ThoraxShape, random: Random): void {
  const noise = createNoise(random.fork("tissue"));
  const fine = createNoise(random.fork("fine"));
  const { size, layers, pixelMm, layerMm, hu } = canvas;
  const lungBuffer = pixelMm * 0.5;
  for (let k = 0; k < layers; k++) {
    const z = canvas.firstZ + k * layerMm;
    const column = shape.spine(z);
    for (let j = 0; j < size; j++) {
      const y = canvas.firstY + j * pixelMm;
      for (let i = 0; i < size; i++) {
        const x = canvas.firstX + i * pixelMm;
        const body = shape.body(x, y, z);
        if (body > pixelMm) continue;
        const cavity = shape.cavity(x, y, z);
        const part = edge(cavity);
        let value = part === 1 ? 0 : wall(x, y, z, body, cavity, column);
        if (part > 0) value += part * (inner(x, y, z) - value);
        const index = i + size * (j + size * k);
        hu[index] += edge(body) * (value - hu[index]);
      }
    }
  }

  /** Part of the pixel that lies inside. */
  function edge(distance: number): number {
    return Math.min(1, Math.max(0, 0.5 - distance / pixelMm));
  }

  function wall(
    x: number,
    y: number,
    z: number,
    body: number,
    cavity: number,
    column: { x: number; y: number },
  ): number {
    const fatHere =
      plan.fat * (0.75 + 0.3 * noise(x / 60, y / 60, z / 90)) +
      (plan.breast > 8 && y < -plan.cavityY ? plan.breast * 0.4 : 0);
    const depth = -body;
    const skin = edge(depth - skinMm) * 40 + (1 - edge(depth - skinMm)) * plan.fatHu;
    let value = skin + 14 * fine(x / 5, y / 5, z / 6);
    // Outer muscles lie between the fat and the ribs; planes of fat part them from each other and from the ribs.
    const muscle = plan.muscleHu + 7 * fine(x / 4, y / 4, z / 5);
    const inMuscle = edge(fatHere + skinMm - depth);
    value += inMuscle * (muscle - value);
    const layer = cavity - 13 - 4 * noise(x / 35, y / 35, z / 50);
    const plane =
      Math.exp(-((layer / 1.9) ** 2)) * smoothStep(-0.25, 0.35, noise(x / 30 + 40, y / 30, z / 40));
    const sheet = noise(x / 24 + 11, y / 15, z / 45) / 0.075;
    const streak = 0.62 * Math.exp(-sheet * sheet) * smoothStep(7, 14, cavity);
    const lean = y > column.y && Math.abs(x) < 55 ? 0.4 : 1;
    value += inMuscle * Math.min(1, plane + streak * lean) * (plan.fatHu + 15 - value);
    const axilla = Math.hypot(
      (Math.abs(x) - plan.cavityX * 0.98) / 26,
      (y - 8) / 34,
      (z - plan.apexZ + 62) / 48,
    );
    value += smoothStep(1.1, 0.8, axilla) * inMuscle * (plan.fatHu - value);
    return value;
  }

  function inner(x: number, y: number, z: number): number {
    const lung = shape.lung(x, y, z);
    if (lung < -lungBuffer) return lungHu(x, y, z, lung);
    const below = shape.diaphragm(x, y, z);
    const outside =
      below > 0 && shape.mediastinum(x, y, z) > -6 ? abdomen(x, y, z, below) : mediastinalFat(x, y, z);
    if (lung > lungBuffer) return outside;
    return outside + edge(lung) * (lungHu(x, y, z, lung) - outside);
  }

  function mediastinalFat(x: number, y: number, z: number): number {
    const filling = 0.75 - plan.mediastinalFat;
    const strand = smoothStep(
      0.05 - filling,
      0.7 - filling,
      noise(x / 15 + 3, y / 15, z / 18) + 0.3 * noise(x / 6, y / 6, z / 8),
    );
    // Above the lungs it is the neck's muscles that fill the ring of the ribs.
    const neck = smoothStep(plan.apexZ - 20, plan.apexZ + 20, z) * 0.8;
    return plan.fatHu + 12 + (strand + (1 - strand) * neck) * (plan.muscleHu - plan.fatHu) * 0.8;
  }

  function lungHu(x: number, y: number, z: number, lung: number): number {
    const gravity = plan.lungGravityHu * smoothStep(-plan.cavityY, plan.cavityY * 1.1, y);
    const texture = 14 * fine(x / 3.2, y / 3.2, z / 4) + 22 * noise(x / 17, y / 17, z / 20);
    let value = plan.lungHu + gravity + texture + 45 * smoothStep(-4, 0, lung);
    if (plan.emphysema > 0) {
      const hole = smoothStep(0.7 - plan.emphysema * 0.6, 0.8, noise(x / 10 + 60, y / 10, z / 11));
      value += hole * (-975 - value) * 0.85;
    }
    value += 95 * Math.exp(-((shape.fissure(x, y, z) / 1.1) ** 2));
    if (plan.effusion !== 0 && x * plan.effusion > 0) {
      const level =
        y -
        (plan.cavityY * 0.86 - plan.effusionDepth * smoothStep(plan.apexZ, plan.baseZ, z)) +
        0.06 * Math.abs(lung);
      value += edge(-level) * (8 - value);
    }
    return value;
  }

  /** Liver to the right, stomach with its bubble and spleen to the left, fat between. */
  function abdomen(x: number, y: number, z: number, below: number): number {
    const texture = 6 * fine(x / 4, y / 4, z / 5);
    if (below < 3) return plan.muscleHu + texture;
    const liverEdge = 18 + 30 * smoothStep(0, -70, y) + 12 * noise(y / 40, z / 40, 2);
    const liver = edge(x - liverEdge);
    // Bowel and omentum: soft tissue and fat in pockets, with gas in some; the spleen lies behind against the dome.
    const pocket = noise(x / 34 + 17, y / 34, z / 40);
    const soft = plan.muscleHu - 12 + 22 * noise(x / 60, y / 60, z / 60) + texture;
    const fatty = smoothStep(0.1, -0.1, pocket + 0.75 - 1.5 * plan.abdominalFat);
    let left = soft + fatty * (plan.fatHu + 12 - soft);
    const gas = noise(x / 13 + 50, y / 13, z / 15) - (1 - plan.bowelGas);
    if (gas > 0 && y < 15 && below > 8 && fatty < 0.5) left = -650 - 300 * Math.min(1, gas * 5);
    const stomach =
      Math.hypot((x - 58) / 50, (y + 14) / 46, (z - plan.baseZ - 4) / 60) -
      1 +
      0.14 * noise(x / 20, y / 20, z / 20);
    if (stomach < 0)
      left =
        stomach > -0.09
          ? 45
          : y < -26 && plan.bowelGas > 0
            ? -960
            : 25 + 20 * noise(x / 5, y / 5, z / 6) + texture;
    const spleen =
      Math.hypot(
        (x - plan.cavityX * 0.66) / 40,
        (y - plan.cavityY * 0.42) / 54,
        (z - plan.baseZ - plan.domeHeight * 0.25) / 66,
      ) - 1;
    if (spleen + 0.08 * noise(x / 30, y / 30, z / 30) < 0) left = plan.liverHu + 4 + texture;
    return left + liver * (plan.liverHu + texture - left);
  }
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

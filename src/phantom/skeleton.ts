/** Spine, ribs with their cartilage, sternum, clavicles, scapulae, humeral heads: cortical shells around marrow. */
import { norm } from "#core/coordinates.ts";
import type { Random } from "#core/random.ts";
import {
  type Canvas,
  type Paint,
  type Point,
  paint,
  paintCapsule,
  paintEllipsoid,
  paintPath,
} from "./canvas.ts";
import type { ThoraxShape } from "./thorax/thorax-shape.ts";
import type { Thorax } from "./tumour.ts";
import { createNoise } from "./value-noise.ts";

type Scene = Thorax & { readonly canvas: Canvas };

export function paintSkeleton({ canvas, plan, shape }: Scene, armsDown: boolean, random: Random): void {
  const noise = createNoise(random.fork("marrow"));
  const marrow: Paint = (_, x, y, z) => plan.boneHu * (0.75 + 0.35 * noise(x / 3, y / 3, z / 3));
  const cortex = plan.boneHu * 1.3 + 380;
  const scene = { canvas, plan, shape, bone: { marrow, cortex } };
  paintRibs(scene, random.fork("ribs"));
  paintSpine(scene);
  paintSternum(scene);
  paintShoulders(scene, armsDown, random.fork("shoulders"));
}

type Bone = { readonly marrow: Paint; readonly cortex: number };
type BoneScene = Scene & { readonly bone: Bone };

/** A shell of cortex with marrow in it. */
function shell(
  { canvas, bone }: BoneScene,
  points: readonly Point[],
  radius: (t: number) => number,
  wall = 1.3,
): void {
  paintPath(canvas, points, radius, bone.cortex);
  paintPath(canvas, points, (t) => Math.max(0.6, radius(t) - wall), bone.marrow);
}

function paintRibs(scene: BoneScene, random: Random): void {
  const { canvas, plan, shape } = scene;
  const pitch = plan.vertebraHeight * 1.02;
  for (let rib = 0; rib < 12; rib++) {
    const startZ = plan.apexZ + 6 - rib * pitch;
    const drop = (34 + 6.5 * rib) * plan.scale * random.uniform(0.94, 1.06);
    const reach = rib < 10 ? 0.985 : rib === 10 ? 0.72 : 0.5;
    const boneEnd = rib < 1 ? 0.8 : 0.84 - 0.012 * rib;
    const thick = random.uniform(4.1, 5.3) * plan.scale;
    for (const side of [-1, 1]) {
      const bony: Point[] = [];
      const cartilage: Point[] = [];
      const steps = 44;
      for (let step = 0; step <= steps * reach; step++) {
        const t = step / steps;
        // From beside the spine (angle near the back) round to the sternum.
        const angle = Math.PI / 2 - 0.2 - t * (Math.PI - 0.38);
        const sinking = drop * Math.sin(Math.min(1, t * 1.12) * Math.PI * 0.5);
        const rise = t > boneEnd ? (rib > 4 ? 62 : 16) * ((t - boneEnd) / (1 - boneEnd)) : 0;
        const z = startZ - sinking + rise;
        const point = onCavity(shape, [side * Math.cos(angle), Math.sin(angle)], z, 5.5);
        if (t <= boneEnd) bony.push(point);
        if (t >= boneEnd - 0.02) cartilage.push(point);
      }
      if (cartilage.length > 1) paintPath(canvas, cartilage, () => thick * 0.85, 105);
      shell(scene, bony, (t) => thick * (0.9 + 0.2 * Math.sin(t * 3)), 1.2);
    }
  }
}

/** The point `outMm` outside the chest wall's inner surface in a direction from the middle. */
function onCavity(shape: ThoraxShape, [dx, dy]: readonly [number, number], z: number, outMm: number): Point {
  let low = 20;
  let high = 230;
  for (let round = 0; round < 16; round++) {
    const middle = (low + high) / 2;
    if (shape.cavity(dx * middle, dy * middle, z) < outMm) low = middle;
    else high = middle;
  }
  return [dx * low, dy * low, z];
}

function paintSpine(scene: BoneScene): void {
  const { canvas, plan, shape, bone } = scene;
  const height = plan.vertebraHeight;
  const bottom = canvas.firstZ - height;
  const top = canvas.firstZ + canvas.layers * canvas.layerMm + height;
  const s = plan.scale;
  for (let z = Math.floor(bottom / height) * height; z < top; z += height) {
    const { x, y } = shape.spine(z);
    const size = s * (z > plan.apexZ ? 0.72 : 1 + 0.1 * Math.min(1, Math.max(0, (plan.apexZ - z) / 300)));
    const box = (half: Point, middle: Point): { low: Point; high: Point } => ({
      low: [middle[0] - half[0], middle[1] - half[1], middle[2] - half[2]],
      high: [middle[0] + half[0], middle[1] + half[1], middle[2] + half[2]],
    });
    const body = (grow: number) => (px: number, py: number, pz: number) => {
      const waist = 1 - 0.09 * Math.cos(((pz - z) / height) * Math.PI * 2) * -1;
      const flat = Math.max(0, py - y) * 0.35;
      const round = norm((px - x) / (21.5 * size * waist), (py - y + flat) / (17.5 * size * waist)) - 1;
      return Math.max(round * 17, Math.abs(pz - z) - height * 0.42) - grow;
    };
    const middle: Point = [x, y, z];
    const disc = (px: number, py: number, pz: number): number =>
      Math.max(
        (norm((px - x) / (21 * size), (py - y) / (17 * size)) - 1) * 17,
        Math.abs(pz - z) - height / 2,
      );
    paint(canvas, { ...box([28, 26, height], middle), distance: disc }, 85);
    paint(canvas, { ...box([28, 26, height], middle), distance: body(0) }, bone.cortex * 0.72);
    paint(canvas, { ...box([28, 26, height], middle), distance: body(-1.6) }, bone.marrow);
    const canalY = y + 27 * size;
    for (const side of [-1, 1]) {
      shell(
        scene,
        [
          [x + side * 10 * size, y + 14 * size, z + 3],
          [x + side * 13 * size, canalY + 4, z + 3],
        ],
        () => 4.4,
      );
      shell(
        scene,
        [
          [x + side * 13 * size, canalY + 5, z + 2],
          [x + side * 34 * size, canalY + 10, z + 5],
        ],
        (t) => 4.8 - t,
      );
      shell(
        scene,
        [
          [x + side * 12 * size, canalY + 5, z],
          [x, canalY + 13, z - 4],
        ],
        () => 3.8,
      );
    }
    shell(
      scene,
      [
        [x, canalY + 12, z - 3],
        [x, canalY + 33 * s, z - 20],
      ],
      (t) => 3.4 - t,
      1.1,
    );
    paintEllipsoid(canvas, [x, canalY, z], [9.5 * size, 8.5 * size, height * 0.8], 12);
    paintEllipsoid(canvas, [x, canalY, z], [5.5, 4, height * 0.8], 42);
  }
}

function paintSternum({ canvas, plan, shape, bone }: BoneScene): void {
  const top = plan.apexZ - 42;
  const length = 150 * plan.scale;
  const half = 15 * plan.scale;
  for (const [grow, colour] of [
    [0, bone.cortex * 0.85],
    [-1.4, bone.marrow],
  ] as const) {
    for (let step = 0; step < 30; step++) {
      const z = top - (length * step) / 29;
      const [, y] = onCavity(shape, [0, -1], z, 8);
      const width = half * (step < 9 ? 1.55 - step * 0.07 : 0.95) + grow;
      paintEllipsoid(canvas, [0, y, z], [width, 5.2 + grow, 4.5], colour);
    }
  }
}

function paintShoulders(scene: BoneScene, armsDown: boolean, random: Random): void {
  const { canvas, plan, shape, bone } = scene;
  const { scale: s, apexZ } = plan;
  const lift = random.uniform(0, 30);
  for (const side of [-1, 1]) {
    const [, sternumY] = onCavity(shape, [0, -1], apexZ - 40, 6);
    const clavicle: Point[] = [0, 0.25, 0.5, 0.75, 1].map((t) => [
      side * (24 + 118 * t) * s,
      sternumY + 4 + 52 * t + 9 * Math.sin(t * 6),
      apexZ - 34 + (20 + lift) * t,
    ]);
    shell(scene, clavicle, () => 5.2);
    const joint: Point = [side * 158 * s, 12, apexZ + 4 + lift];
    const elbow: Point = armsDown
      ? [side * (plan.cavityX + plan.fat + plan.muscle + 75), 25, joint[2] - 290]
      : [joint[0] + side * 30, joint[1] - 20, joint[2] + 260];
    paintCapsule(canvas, { from: joint, to: elbow, radiusFrom: 50 * s, radiusTo: 44 * s }, (before) =>
      Math.max(before, plan.fatHu + 5),
    );
    paintCapsule(canvas, { from: joint, to: elbow, radiusFrom: 42 * s, radiusTo: 36 * s }, (before) =>
      Math.max(before, plan.muscleHu),
    );
    paintEllipsoid(canvas, joint, [23 * s, 23 * s, 23 * s], bone.cortex * 0.8);
    paintEllipsoid(canvas, joint, [21.5 * s, 21.5 * s, 21.5 * s], bone.marrow);
    shell(scene, [joint, elbow], () => 11 * s, 3);
    // The blade: a bent plate that lies on the back of the rib cage, thick at its outer border and its spine.
    for (let row = 0; row < 11; row++) {
      const z = apexZ - 8 - row * 11.5 * s;
      const blade: Point[] = [];
      for (let step = 0; step <= 6; step++) {
        const t = step / 6;
        const angle = 0.98 - 0.62 * t * (1 - row / 16);
        const [x, y] = onCavity(
          shape,
          [side * Math.cos(angle), Math.sin(angle)],
          z,
          17 + 4 * Math.sin(t * 3),
        );
        blade.push([x, y, z]);
      }
      paintPath(canvas, blade, (t) => (t > 0.8 ? 4.2 : 1.6), bone.cortex * 0.8);
      paintPath(canvas, blade.slice(-2), () => 3, bone.marrow);
      for (const [index, point] of blade.entries()) {
        if (index > 0) {
          const [x, y, z] = point;
          const radius = index > 4 ? 3.8 : 1.5;
          const below: Point = [x, y, z - 11.5 * s];
          paintCapsule(
            canvas,
            { from: point, to: below, radiusFrom: radius, radiusTo: radius },
            bone.cortex * 0.7,
          );
        }
      }
    }
    const [spineX, spineY] = onCavity(shape, [side * Math.cos(0.75), Math.sin(0.75)], apexZ - 30, 27);
    shell(
      scene,
      [
        [spineX * 0.8, spineY + 2, apexZ - 40],
        [spineX, spineY, apexZ - 24],
        [side * 150 * s, 30, apexZ + 12 + lift],
      ],
      () => 4.6,
    );
  }
}

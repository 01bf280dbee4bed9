/** The course of the aorta, arch and descending part: what is painted, and what tumours touch, encase and do not enter. */
import { norm } from "#core/coordinates.ts";
import type { BodyPlan } from "./body-plan.ts";
import type { Distance, Point } from "./canvas.ts";
import type { ThoraxShape } from "./thorax/thorax-shape.ts";

/** Radii of the lumen before the body's scale, mm. */
export const aortaRadiusMm = { descending: 11.5, arch: 14 } as const;
/** Thickness of the wall round it. */
export const vesselWallMm = 1.2;

type AortaCourse = { readonly descending: readonly Point[]; readonly arch: readonly Point[] };

/** From the heart's top over the arch and along the spine down to `bottom` (z). */
export function aortaCourse(plan: BodyPlan, shape: Pick<ThoraxShape, "spine">, bottom: number): AortaCourse {
  const { scale: s, heart } = plan;
  const heartTop = plan.baseZ + plan.domeHeight + heart.radius * 1.2;
  const spine = (z: number): Point => {
    const { x, y } = shape.spine(z);
    return [x + 16 * s, y - 20 * s, z];
  };
  const descending: Point[] = [spine(26)];
  for (let z = 10; z > bottom; z -= 15) descending.push(spine(z));
  const archTop = 40 * s;
  const arch: Point[] = [
    [2, -24, heartTop - 10],
    [-8, -26, 8],
    [-6, -22, archTop - 14],
    [2, -8, archTop],
    [12, 12, archTop + 1],
    spine(26),
  ];
  return { descending, arch };
}

/** Distance to the outside of the aorta's wall in mm, negative inside. */
export function aortaDistance(plan: BodyPlan, shape: Pick<ThoraxShape, "spine">): Distance {
  const { descending, arch } = aortaCourse(plan, shape, plan.baseZ - 60);
  const outer = (radius: number): number => (radius * plan.aortaScale + vesselWallMm) * plan.scale;
  const tubes = [
    { points: descending, radius: outer(aortaRadiusMm.descending) },
    { points: arch, radius: outer(aortaRadiusMm.arch) },
  ];
  return (x, y, z) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (const { points, radius } of tubes) {
      for (let at = 0; at + 1 < points.length; at++) {
        const mm = toSegment([x, y, z], points[at], points[at + 1]) - radius;
        if (mm < nearest) nearest = mm;
      }
    }
    return nearest;
  };
}

function toSegment(p: Point, a: Point, b: Point): number {
  const [dx, dy, dz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const along = (p[0] - a[0]) * dx + (p[1] - a[1]) * dy + (p[2] - a[2]) * dz;
  const t = Math.min(1, Math.max(0, along / (dx * dx + dy * dy + dz * dz)));
  return norm(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy, p[2] - a[2] - t * dz);
}

/** The distances that a person measured in this session: shown, selected, removed; never saved. */
import type { Grid } from "#geometry/grid.ts";
import type { PlaneGeometry } from "../plane-geometry.ts";
import { type PlanePoint, type Ruler, rulerMm } from "../plane-marks.ts";

/** A ruler shorter than this was a click. */
const shortestMm = 0.5;

export class Rulers {
  #rulers: readonly Ruler[] = [];
  #selectedId: number | null = null;
  #nextId = 1;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get selectedId(): number | null {
    return this.#selectedId;
  }

  on(geometry: PlaneGeometry, slice: number): readonly Ruler[] {
    return this.#rulers.filter((ruler) => ruler.plane === geometry.plane && ruler.slice === slice);
  }

  begin(ruler: Omit<Ruler, "id">): number {
    const id = this.#nextId++;
    this.#rulers = [...this.#rulers, { ...ruler, id }];
    this.#selectedId = id;
    this.#changed();
    return id;
  }

  move(id: number, to: Ruler["to"]): void {
    this.#rulers = this.#rulers.map((ruler) => (ruler.id === id ? { ...ruler, to } : ruler));
    this.#changed();
  }

  /** Drops the ruler if it is no longer than a click. */
  finish(id: number, grid: Grid): void {
    const ruler = this.#rulers.find((candidate) => candidate.id === id);
    if (ruler && rulerMm(grid, ruler) < shortestMm) this.remove(id);
  }

  select(id: number | null): void {
    this.#selectedId = id;
    this.#changed();
  }

  remove(id: number): void {
    this.#rulers = this.#rulers.filter((ruler) => ruler.id !== id);
    if (this.#selectedId === id) this.#selectedId = null;
    this.#changed();
  }

  /** False if none is selected. */
  removeSelected(): boolean {
    if (this.#selectedId === null) return false;
    this.remove(this.#selectedId);
    return true;
  }
}

/** Its ends as (u, v) of the plane. */
export function rulerEnds(geometry: PlaneGeometry, ruler: Ruler): readonly [PlanePoint, PlanePoint] {
  const [u, v] = geometry.axes;
  return [
    [ruler.from[u], ruler.from[v]],
    [ruler.to[u], ruler.to[v]],
  ];
}

/** Distance of a point to a line segment, all in the same units. */
export function distanceToSegment(
  [x, y]: PlanePoint,
  [[x0, y0], [x1, y1]]: readonly [PlanePoint, PlanePoint],
): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}

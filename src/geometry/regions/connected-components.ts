/** Connected regions of a mask, or of a slice as a mask one voxel deep: of voxels that share a face, or an edge or a corner as well. */
import type { Vector3 } from "#core/coordinates.ts";
import type { Mask } from "../mask.ts";
import { seekAtLeast } from "../seek.ts";
import type { Runs } from "./runs.ts";

type Components = {
  /** 0 outside, else 1 .. count, in the mask's memory order. */
  readonly labels: Int32Array;
  readonly count: number;
  /** Voxels of component n at n - 1. */
  readonly sizes: readonly number[];
};

/** Runs of inside voxels along the rows, in memory order, each with its component. */
export type ConnectedRuns = Runs & {
  /** The component of each run, 1 .. count. */
  readonly labels: Int32Array;
  readonly count: number;
  /** Voxels of component n at n - 1. */
  readonly sizes: readonly number[];
};

type Voxels = { readonly grid: { readonly size: Vector3 }; readonly data: Uint8Array };

/** Components numbered in memory order of their first voxel; none for an empty mask. */
export function connectedComponents(mask: Voxels, connectedBy: "faces" | "corners" = "faces"): Components {
  const { starts, ends, labels: ofRuns, count, sizes } = connectedRuns(mask, { connectedBy });
  const labels = new Int32Array(mask.data.length);
  for (let run = 0; run < starts.length; run++) labels.fill(ofRuns[run], starts[run], ends[run]);
  return { labels, count, sizes };
}

/**
 * The same without a label for every voxel, of the bytes that are `level` at least. Voxels are joined run by run along the rows,
 * each run with those that it touches in the rows before it: a mask has hundreds of voxels for each run.
 */
export function connectedRuns(
  { grid, data }: Voxels,
  {
    level = 1,
    connectedBy = "faces",
  }: { readonly level?: number; readonly connectedBy?: "faces" | "corners" } = {},
): ConnectedRuns {
  const [width, height, depth] = grid.size;
  const runs = runsOf(data, width, level);
  const { starts, ends, firstOfRow } = runs;
  const joined = createUnion(starts.length);
  const reach = connectedBy === "faces" ? 0 : 1;
  const before = connectedBy === "faces" ? besideRows : touchingRows;
  for (let z = 0, row = 0; z < depth; z++) {
    for (let y = 0; y < height; y++, row++) {
      if (firstOfRow[row] === firstOfRow[row + 1]) continue;
      for (const [dy, dz] of before) {
        if (y + dy < 0 || y + dy >= height || z + dz < 0) continue;
        joinRows(runs, [row + dy + height * dz, row], { reach, width, joined });
      }
    }
  }
  const labels = new Int32Array(starts.length);
  const sizes: number[] = [];
  for (let run = 0; run < starts.length; run++) {
    // A root is the least run of its component: its label is there before it is asked for.
    const root = joined.rootOf(run);
    labels[run] = root === run ? sizes.push(0) : labels[root];
    sizes[labels[run] - 1] += ends[run] - starts[run];
  }
  return { starts, ends, labels, count: sizes.length, sizes };
}

/** The runs of the component of that number. */
export function runsOfRegion({ starts, ends, labels }: ConnectedRuns, regionLabel: number): Runs {
  const isWanted = (_: number, run: number): boolean => labels[run] === regionLabel;
  return { starts: starts.filter(isWanted), ends: ends.filter(isWanted) };
}

/** The runs of every component, of component n at n - 1. */
export function runsByRegion({ starts, ends, labels, count }: ConnectedRuns): Runs[] {
  const members = Array.from({ length: count }, (): number[] => []);
  for (let run = 0; run < labels.length; run++) members[labels[run] - 1].push(run);
  return members.map((runs) => ({
    starts: Int32Array.from(runs, (run) => starts[run]),
    ends: Int32Array.from(runs, (run) => ends[run]),
  }));
}

/** Clears, in place, the components of a mask, joined by faces, that hold no voxel of `seeds`, which lies on the same grid. */
export function keepAttached({ grid, data }: Mask, seeds: Mask): void {
  const { starts, ends, labels, count } = connectedRuns({ grid, data });
  const attached = new Uint8Array(count + 1);
  labels.forEach((label, run) => {
    for (let at = starts[run]; attached[label] === 0 && at < ends[run]; at++)
      attached[label] = seeds.data[at];
  });
  labels.forEach((label, run) => {
    if (attached[label] === 0) data.fill(0, starts[run], ends[run]);
  });
}

/** 1 for each component, at its number, that reaches the first or last column or row. */
export function regionsAtSides(
  { size: [width, height] }: { readonly size: Vector3 },
  { starts, ends, labels, count }: ConnectedRuns,
): Uint8Array {
  const atSides = new Uint8Array(count + 1);
  for (let run = 0; run < starts.length; run++) {
    const y = Math.floor(starts[run] / width) % height;
    if (y === 0 || y === height - 1 || starts[run] % width === 0 || ends[run] % width === 0)
      atSides[labels[run]] = 1;
  }
  return atSides;
}

/** Rows before a row in memory order, as steps along y and z, that share faces with it, and that touch it at all. */
const besideRows = [
  [-1, 0],
  [0, -1],
] as const;
const touchingRows = [[-1, 0], ...([-1, 0, 1] as const).map((dy) => [dy, -1] as const)] as const;

type RunsByRow = Runs & {
  /** The first run of each row or of a later one; one entry more than there are rows. */
  readonly firstOfRow: Int32Array;
};

function runsOf(data: Uint8Array, width: number, level: number): RunsByRow {
  const rows = data.length / width;
  const firstOfRow = new Int32Array(rows + 1);
  const starts: number[] = [];
  const ends: number[] = [];
  const next = seekAtLeast(data, level);
  let at = next(0);
  for (let row = 0; row < rows; row++) {
    firstOfRow[row] = starts.length;
    const end = (row + 1) * width;
    while (at < end) {
      starts.push(at);
      while (at < end && data[at] >= level) at++;
      ends.push(at);
      at = next(at);
    }
  }
  firstOfRow[rows] = starts.length;
  return { starts: Int32Array.from(starts), ends: Int32Array.from(ends), firstOfRow };
}

type Union = {
  /** The first run of the component. */
  rootOf(run: number): number;
  join(a: number, b: number): void;
};

/** Sets of runs, each known by its least member. */
function createUnion(count: number): Union {
  const parent = new Int32Array(count);
  for (let run = 0; run < count; run++) parent[run] = run;
  const rootOf = (run: number): number => {
    let at = run;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  };
  return {
    rootOf,
    join: (a, b) => {
      const [first, second] = [rootOf(a), rootOf(b)];
      parent[Math.max(first, second)] = Math.min(first, second);
    },
  };
}

/** Joins the runs of two rows that overlap along x, or lie no further than `reach` voxels apart beyond that. */
function joinRows(
  { starts, ends, firstOfRow }: RunsByRow,
  [earlier, row]: readonly [number, number],
  { reach, width, joined }: { readonly reach: number; readonly width: number; readonly joined: Union },
): void {
  const shift = (row - earlier) * width;
  let a = firstOfRow[earlier];
  let b = firstOfRow[row];
  while (a < firstOfRow[earlier + 1] && b < firstOfRow[row + 1]) {
    if (starts[a] + shift < ends[b] + reach && starts[b] < ends[a] + shift + reach) joined.join(a, b);
    if (ends[a] + shift < ends[b]) a++;
    else b++;
  }
}

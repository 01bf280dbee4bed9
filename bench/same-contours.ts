/**
 * The same contours by less work: the box near the lungs, and 8 bits, beside the fp32 model on whole slices. Overlap with the
 * reference by each way, with each other, the part of each CT that the network sees, and the reference's voxels that it does not.
 * Patients of ../shared/data and cohorts of phantoms.
 * Run: npm run bench same-contours -- [--model FILE] [--eight-bit FILE] [--phantoms DIR ...] [--only NAMES] [--json FILE]
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findCoarseLungs } from "#anatomy/lung-support.ts";
import { say, table } from "#cli/output.ts";
import { silentProgress } from "#core/progress.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Mask } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { turnOf, uprightCt, uprightMask } from "#geometry/upright.ts";
import { loadModel, shippedModel } from "#model/run/load-model.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { tumourRegion } from "#segment/tumour-region.ts";
import { mean } from "#statistics/moments.ts";
import { decathlonPatients } from "./patients/decathlon.ts";
import { chosenSources } from "./patients/measured-case.ts";
import { heldOutPhantoms } from "./patients/phantoms.ts";
import { sharedPatients } from "./patients/shared-patients.ts";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    "eight-bit": { type: "string" },
    phantoms: { type: "string", multiple: true, default: [] },
    only: { type: "string" },
    json: { type: "string" },
  },
});
const data = join(import.meta.dirname, "../../shared/data");
const fp32 = await loadModel(values.model ?? shippedModel);
const eightBit = values["eight-bit"] === undefined ? undefined : await loadModel(values["eight-bit"]);
const cohorts = await Promise.all(values.phantoms.map(heldOutPhantoms));
const sources = chosenSources(
  [...sharedPatients(data), ...(await decathlonPatients(data)), ...cohorts.flat()],
  values.only?.split(","),
);
const ways = {
  "whole slices": { model: fp32, region: "all" },
  "near the lungs": { model: fp32 },
  ...(eightBit === undefined ? {} : { "8 bits": { model: eightBit } }),
} as const;

type Row = {
  readonly name: string;
  /** Of the CT, in percent. */
  readonly seen: number;
  readonly unseen: number;
  /** By the name of the way; null without a reference. */
  readonly dsc: Readonly<Record<string, number | null>>;
  /** Overlap with the first way's contour. */
  readonly same: Readonly<Record<string, number | null>>;
};

const rows: Row[] = [];
for (const source of sources) {
  for (const { name, ct, truth } of await source.load()) {
    const reference = truth.kind === "contour" ? truth.mask : undefined;
    const masks = new Map<string, Mask>();
    for (const [way, { model, ...options }] of Object.entries(ways)) {
      const contoured = await contourCt(ct, model, {
        ...options,
        cleanUp: "tumour",
        progress: silentProgress,
      });
      masks.set(way, contoured.mask);
    }
    const [[, first]] = masks;
    const each = <T>(of: (mask: Mask) => T) =>
      Object.fromEntries([...masks].map(([way, mask]) => [way, of(mask)]));
    rows.push({
      name,
      ...seenOf(ct, reference),
      dsc: each((mask) => (reference === undefined ? null : volumeOverlap(reference, mask).dsc)),
      same: each((mask) => volumeOverlap(first, mask).dsc),
    });
    say(
      `${name}  ${Object.values(rows[rows.length - 1].dsc)
        .map((dsc) => dsc?.toFixed(3) ?? "-")
        .join("  ")}`,
    );
  }
}

/** Percent of the voxels in the region, and the reference's outside it. */
function seenOf(ct: CtImage, reference: Mask | undefined) {
  const turn = turnOf(ct.grid);
  const upright = uprightCt(ct, turn);
  const { from, to } = tumourRegion(findCoarseLungs(upright), upright.grid);
  const inside = { grid: upright.grid, data: new Uint8Array(upright.hu.length) };
  const [width, height] = upright.grid.size;
  for (let k = from[2]; k < to[2]; k++)
    for (let y = from[1]; y < to[1]; y++)
      inside.data.fill(1, width * (y + height * k) + from[0], width * (y + height * k) + to[0]);
  const seen = inside.data.reduce((sum, value) => sum + value, 0);
  const referenceVoxels = reference && uprightMask(reference, turn).data;
  const unseen = referenceVoxels?.reduce(
    (sum, value, at) => sum + (value === 1 && inside.data[at] === 0 ? 1 : 0),
    0,
  );
  return { seen: (100 * seen) / inside.data.length, unseen: unseen ?? 0 };
}

const names = Object.keys(ways);
const [reference, ...others] = names;
const text = (value: number | null | undefined): string => value?.toFixed(4) ?? "-";
const lines = rows.map(({ name, seen, unseen, dsc, same }) => [
  name,
  seen.toFixed(0),
  String(unseen),
  ...names.map((way) => text(dsc[way])),
  ...others.map((way) => text(same[way])),
]);
const heads = ["case", "% seen", "unseen voxels", ...names, ...others.map((way) => `${way}, with the first`)];
process.stdout.write(`${table(heads, lines)}\n`);
for (const way of others) {
  const changes = rows.flatMap(({ dsc }) => {
    const [before, after] = [dsc[reference], dsc[way]];
    return before == null || after == null ? [] : [after - before];
  });
  process.stdout.write(
    `${way}: mean DSC changes by ${mean(changes).toFixed(4)} over ${changes.length} cases, the worst loses ${(-Math.min(...changes)).toFixed(4)}\n`,
  );
}
await fp32.dispose();
await eightBit?.dispose();
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(rows, null, 2)}\n`);

/** What an import notes of a case's voxels: each ROI's volume and oddities, and digests that are equal for equal images. */
import { createHash } from "node:crypto";
import type { Finding } from "#core/findings.ts";
import { cropToMask } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { voxelVolumeCc } from "#geometry/grid.ts";
import { type Mask, volumeCc } from "#geometry/mask.ts";
import { connectedComponents } from "#geometry/regions/connected-components.ts";
import type { SourceRoi } from "#patients/cohort/case-source.ts";
import { type MeasuredRoi, tinyIslandCc } from "#patients/cohort/import/label-desk.ts";

/** Adds the ROI's warnings to `all`. */
export function measureRoi(roi: SourceRoi, all: Finding[]): MeasuredRoi {
  const { mask, findings } = roi.mask();
  all.push(...findings.filter(({ severity }) => severity === "warning"));
  const losses = findings.filter(({ severity }) => severity === "error");
  const cropped = cropToMask(mask);
  return {
    name: roi.name,
    volumeCc: cropped === undefined ? 0 : volumeCc(cropped),
    contours: roi.contours,
    tinyIslands: cropped === undefined ? 0 : tinyIslands(cropped),
    openContours: findings.filter(({ code }) => code === "not-a-surface").length,
    lostContours: losses.length,
    losses,
    maskDigest: cropped === undefined ? undefined : digestOf(cropped),
  };
}

function tinyIslands(mask: Mask): number {
  const { sizes } = connectedComponents(mask);
  const tiny = sizes.filter((size) => size * voxelVolumeCc(mask.grid) < tinyIslandCc);
  // A tumour that is small as a whole has no islands.
  return tiny.length === sizes.length ? tiny.length - 1 : tiny.length;
}

function digestOf({ grid, data }: Mask): string {
  const place = JSON.stringify([grid.size, grid.origin]);
  return createHash("sha256").update(place).update(data).digest("hex");
}

/** A slice's histogram is the same however its rows and columns run and its pixels are compressed; uniform slices have none. */
export function sliceDigests({ grid, hu }: CtImage): string[] {
  const area = grid.size[0] * grid.size[1];
  const digests: string[] = [];
  for (let k = 0; k < grid.size[2]; k++) {
    const histogram = new Uint32Array(65536);
    for (let at = k * area; at < (k + 1) * area; at++) histogram[hu[at] + 32768]++;
    if (histogram.includes(area)) continue;
    digests.push(createHash("sha256").update(histogram).digest("hex").slice(0, 16));
  }
  return digests;
}

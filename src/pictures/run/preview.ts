/** Overlays of a CT and its masks as PNG files: a page for each slice with a target, and a sheet of them all. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { DelineateError } from "#core/errors.ts";
import { type Progress, silentProgress } from "#core/progress.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import type { Mask } from "#geometry/mask.ts";
import { turnOf, uprightCt, uprightMask } from "#geometry/upright.ts";
import { contactSheet, slicePage, slicesWithTarget, targetField } from "#pictures/preview-page.ts";
import type { RgbImage } from "#pictures/rgb-image.ts";
import { unreadable } from "#platform/missing.ts";
import { makeFolder, refuseExisting } from "#platform/write-file.ts";
import { writePng } from "./write-png.ts";

/** Without any target the sheet shows this many slices from end to end. */
const slicesWithoutTarget = 20;

/**
 * Writes `sheet.png` and, for each slice with a target, `slice-046.png` (counted from 1), and gives their paths. Masks must lie
 * on the CT's grid. The patient is shown upright and slices count from the feet, however the CT is stored. Pictures that lie
 * there are removed with `force`, all of them: those of another contour's slices would be taken for this one's. Else throws
 * as `refuseEarlierPreview`. Throws also `file-unwritable`, and `cancelled` once the signal is given. What it wrote is gone then.
 */
export async function writePreview(
  stored: Pick<CtVolume, "grid" | "hu">,
  masks: { readonly reference?: Mask | undefined; readonly automatic?: Mask | undefined },
  directory: string,
  options: { readonly force?: boolean; readonly progress?: Progress; readonly signal?: AbortSignal } = {},
): Promise<string[]> {
  const progress = options.progress ?? silentProgress;
  const turn = turnOf(stored.grid);
  const upright = (mask: Mask | undefined): Mask | undefined => mask && uprightMask(mask, turn);
  const ct = uprightCt(stored, turn);
  const subject = { ct, reference: upright(masks.reference), automatic: upright(masks.automatic) };
  const slices = slicesWithTarget(subject);
  const field = targetField(subject);
  const sheet = (): RgbImage =>
    contactSheet(subject, slices.length > 0 ? slices : spread(ct.grid.size[2]), field);
  const pages = [
    { name: "sheet.png", draw: sheet },
    ...slices.map((k) => ({
      name: `slice-${String(k + 1).padStart(3, "0")}.png`,
      draw: () => slicePage(subject, k, field),
    })),
  ];
  await refuseEarlierPreview(directory, options);
  await makeFolder(directory);
  for (const name of await earlierPictures(directory)) await rm(join(directory, name));
  const written: string[] = [];
  try {
    for (const { name, draw } of pages) {
      const path = join(directory, name);
      await writePng(path, draw(), options);
      written.push(path);
      if (options.signal?.aborted) throw new DelineateError("cancelled", "Interrupted; nothing was written.");
      progress.report("drawing overlays", written.length, pages.length);
    }
  } catch (error) {
    await Promise.all(written.map((path) => rm(path, { force: true })));
    throw error;
  }
  return written;
}

/** Throws `file-exists` where pictures of another contour lie in the folder, without `force`; `file-unreadable` for what is no folder. */
export async function refuseEarlierPreview(
  directory: string,
  { force }: { readonly force?: boolean } = {},
): Promise<void> {
  const [first] = await earlierPictures(directory);
  if (first !== undefined) await refuseExisting(join(directory, first), { force });
}

async function earlierPictures(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw unreadable(directory, cause, `${directory} is no folder: overlays need one.`);
  });
  return names.filter((name) => /^(sheet|slice-\d{3,})\.png$/.test(name)).sort();
}

function spread(count: number): number[] {
  const shown = Math.min(count, slicesWithoutTarget);
  return Array.from({ length: shown }, (_, index) => Math.round(((index + 0.5) * count) / shown - 0.5));
}

/** A picture to a PNG file, or to a URI that holds all of it. */
import { PNG } from "pngjs";
import type { RgbImage } from "#pictures/rgb-image.ts";
import { writeFileAtomic } from "#platform/write-file.ts";

/** Throws `file-exists` without `force`, `file-unwritable`. */
export async function writePng(
  path: string,
  image: RgbImage,
  options: { readonly force?: boolean } = {},
): Promise<void> {
  await writeFileAtomic(path, encodePng(image), options);
}

/** `data:image/png;base64,...`, for pages that must need nothing else. */
export function pngDataUri(image: RgbImage): string {
  return `data:image/png;base64,${encodePng(image).toString("base64")}`;
}

/**
 * Each row as its difference from the one above, at the least level of compression: of pages of a CT the fastest by far, and smaller than
 * rows as they are at the highest.
 */
function encodePng({ width, height, data }: RgbImage): Buffer {
  const rgb = { colorType: 2, inputColorType: 2, inputHasAlpha: false } as const;
  const png = new PNG({ width, height });
  png.data = Buffer.from(data.buffer, data.byteOffset, data.length);
  return PNG.sync.write(png, { ...rgb, filterType: 2, deflateLevel: 1 });
}

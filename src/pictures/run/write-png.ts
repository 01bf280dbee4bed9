/** A picture to a PNG file, or to a URI that holds all of it. */
import { encode } from "fast-png";
import type { RgbImage } from "#pictures/rgb-image.ts";
import { writeFileAtomic } from "#platform/write-file.ts";

/** Throws `file-exists` without `force`, `file-unwritable`. */
export async function writePng(
  path: string,
  { width, height, data }: RgbImage,
  options: { readonly force?: boolean } = {},
): Promise<void> {
  await writeFileAtomic(path, encode({ width, height, data, channels: 3, depth: 8 }), options);
}

/** `data:image/png;base64,...`, for pages that must need nothing else. */
export function pngDataUri({ width, height, data }: RgbImage): string {
  const bytes = encode({ width, height, data, channels: 3, depth: 8 });
  return `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;
}

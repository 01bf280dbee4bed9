/** A picture to a PNG file. */
import { encode } from "fast-png";
import type { RgbImage } from "../evaluate/rgb-image.ts";
import { writeFileAtomic } from "./write-file.ts";

/** Throws `file-exists` without `force`, `file-unwritable`. */
export async function writePng(
  path: string,
  { width, height, data }: RgbImage,
  options: { readonly force?: boolean } = {},
): Promise<void> {
  await writeFileAtomic(path, encode({ width, height, data, channels: 3, depth: 8 }), options);
}

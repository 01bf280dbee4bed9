/** The pixels of one frame after another, from a disk or in a browser; a file of many frames is read once for those that follow one another. */
import { type DicomFile, readDicom } from "#dicom/dataset/read-dataset.ts";
import { type CodecModules, startCodec } from "./codecs.ts";
import type { CtFrame } from "./ct-frames.ts";
import { type PixelCounts, readFrame } from "./read-pixels.ts";

/** Where a frame lies, and how its values become HU. */
export type FramePlace = Pick<CtFrame, "file" | "frame" | "rescale">;

/** The function writes `into` as `readFrame` does; `read` gives a file's bytes; `codecs` as `startCodec` has it. Throws what `readFrame`, `readDicom` and `read` throw. */
export function createFrameReader(
  read: (file: string) => Promise<Uint8Array>,
  codecs?: CodecModules,
): (place: FramePlace, into: Int16Array) => Promise<PixelCounts> {
  let open: { readonly path: string; readonly file: DicomFile } | undefined;
  return async ({ file: path, frame, rescale }, into) => {
    if (open?.path !== path) open = { path, file: readDicom(await read(path), path) };
    const { file: dicom } = open;
    if (dicom.compressedFrames !== undefined) await startCodec(dicom.transferSyntaxUid, codecs);
    return readFrame(dicom, { frame, rescale, into }, path);
  };
}

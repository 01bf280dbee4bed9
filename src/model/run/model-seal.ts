/**
 * The seal of a model file: the SHA-256 of all its bytes, weights and metadata, as the last entry of its own metadata. ONNX
 * tools read such a file as any other (Protocol Buffers fields come in any order, repeated ones may be apart); one changed
 * byte breaks the seal, and so does a tool that writes the file anew. It guards against mistakes, not against intent.
 */
import { createHash } from "node:crypto";

const sealKey = "delineate-sha256";
/** Field 14, metadata_props, of onnx.ModelProto, length-delimited. */
const metadataTag = (14 << 3) | 2;
const [keyTag, valueTag] = [(1 << 3) | 2, (2 << 3) | 2];
const digestLength = 64;

/** All lengths are below 128, so that each is one byte. */
const head = Uint8Array.of(
  metadataTag,
  2 + sealKey.length + 2 + digestLength,
  keyTag,
  sealKey.length,
  ...Buffer.from(sealKey),
  valueTag,
  digestLength,
);

/** The file with its seal at the end. `file` must have none. */
export function sealModel(file: Uint8Array): Uint8Array {
  return Buffer.concat([file, head, Buffer.from(digestOf(file))]);
}

/** Whether the file is as it was sealed. A seal that is not at the end is none: something was written after it. */
export function isSealed(file: Uint8Array): boolean {
  const end = file.length - head.length - digestLength;
  if (end < 0 || !Buffer.from(head).equals(file.subarray(end, end + head.length))) return false;
  const digest = Buffer.from(file.subarray(end + head.length)).toString("latin1");
  return digest === digestOf(file.subarray(0, end));
}

/** A sealed file without its seal. */
export function unsealed(file: Uint8Array): Uint8Array {
  return file.subarray(0, file.length - head.length - digestLength);
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

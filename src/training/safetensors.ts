/**
 * Named float tensors and a text map as one file in the safetensors layout (8-byte header length, JSON header, raw
 * little-endian data), which other tools read too. Checkpoints are such files.
 */
import { DelineateError } from "#core/errors.ts";
import { latin1 } from "#core/latin1.ts";

export type NamedTensor = { readonly shape: readonly number[]; readonly data: Float32Array };
type TensorFile = {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
};

type Entry = { dtype: string; shape: number[]; data_offsets: [number, number] };

export function encodeTensors({ tensors, metadata }: TensorFile): Uint8Array {
  const header: Record<string, Entry | Readonly<Record<string, string>>> = { __metadata__: metadata };
  let length = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: "F32", shape: [...shape], data_offsets: [length, length + data.byteLength] };
    length += data.byteLength;
  }
  const json = asciiJson(header);
  // The data starts at a multiple of 8, as the format's own writer has it; spaces are padding in JSON.
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength);
  for (let index = 0; index < json.length; index++) file[8 + index] = json.charCodeAt(index);
  let at = 8 + headerLength;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/** Throws `bad-checkpoint` naming `where` if the bytes are no such file or are cut short. */
export function decodeTensors(file: Uint8Array, where: string): TensorFile {
  const broken = (what: string, cause?: unknown): DelineateError =>
    new DelineateError("bad-checkpoint", `${where} is no checkpoint of a training or is damaged: ${what}.`, {
      cause,
    });
  if (file.length < 8) throw broken(`it has ${file.length} bytes`);
  const headerLength = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (headerLength > file.length - 8) throw broken("its header is longer than the file");
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(latin1(file.subarray(8, 8 + headerLength)));
  } catch (cause) {
    throw broken("its header cannot be read", cause);
  }
  const tensors = new Map<string, NamedTensor>();
  const start = 8 + headerLength;
  for (const [name, value] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const { shape, data_offsets } = value as Entry;
    const [from, to] = data_offsets;
    if (start + to > file.length) throw broken(`tensor ${name} is cut off`);
    // A copy at offset 0, as 32-bit floats need; slice() would not copy where the file is a Node.js Buffer.
    const bytes = new Uint8Array(to - from);
    bytes.set(file.subarray(start + from, start + to));
    tensors.set(name, { shape, data: new Float32Array(bytes.buffer) });
  }
  return { tensors, metadata: (header.__metadata__ ?? {}) as Record<string, string> };
}

/** JSON with every character beyond ASCII escaped, so that one character is one byte. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

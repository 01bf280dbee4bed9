/**
 * Named float tensors and a text map as one file in the safetensors layout (8-byte header length, JSON header, raw
 * little-endian data), which other tools read too. Checkpoints are such files.
 */
import { z } from "zod";
import { DelineateError } from "#core/errors.ts";
import { latin1 } from "#core/latin1.ts";
import { parsedJson } from "#core/parsed-json.ts";

export type NamedTensor = { readonly shape: readonly number[]; readonly data: Float32Array };
type TensorFile = {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
};

const entrySchema = z.object({
  dtype: z.literal("F32"),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int()]),
});
type Entry = z.output<typeof entrySchema>;
const headerSchema = z
  .object({ __metadata__: z.record(z.string(), z.string()).default({}) })
  .catchall(entrySchema);

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
  const header = headerSchema.safeParse(parsedJson(latin1(file.subarray(8, 8 + headerLength))));
  if (!header.success) throw broken("its header cannot be read", header.error);
  const { __metadata__: metadata, ...entries } = header.data;
  const tensors = new Map<string, NamedTensor>();
  const start = 8 + headerLength;
  for (const [name, { shape, data_offsets }] of Object.entries(entries)) {
    const [from, to] = data_offsets;
    if (to - from !== 4 * shape.reduce((count, size) => count * size, 1))
      throw broken(`tensor ${name} has another length than its shape`);
    if (start + to > file.length) throw broken(`tensor ${name} is cut off`);
    // A copy at offset 0, as 32-bit floats need; slice() would not copy where the file is a Node.js Buffer.
    const bytes = new Uint8Array(to - from);
    bytes.set(file.subarray(start + from, start + to));
    tensors.set(name, { shape, data: new Float32Array(bytes.buffer) });
  }
  return { tensors, metadata };
}

/** JSON with every character beyond ASCII escaped, so that one character is one byte. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

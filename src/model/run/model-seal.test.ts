import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readOnnxConstants, readOnnxMetadata } from "#engine/onnx-file.ts";
import { shippedModel } from "./load-model.ts";
import { isSealed, sealModel, unsealed } from "./model-seal.ts";

const original = unsealed(readFileSync(shippedModel));

test("a sealed file is whole, is read by ONNX tools as before, and gives the original back", () => {
  const sealed = sealModel(original);
  expect(isSealed(sealed)).toBe(true);
  expect(isSealed(original)).toBe(false);
  expect(Buffer.from(unsealed(sealed)).equals(original)).toBe(true);
  const metadata = readOnnxMetadata(sealed);
  expect(metadata.get("delineate-sha256")).toMatch(/^[0-9a-f]{64}$/);
  expect(metadata.get("delineate")).toBe(readOnnxMetadata(original).get("delineate"));
  const given = readOnnxConstants(original);
  for (const [name, { data }] of readOnnxConstants(sealed)) {
    const before = given.get(name)?.data ?? new Float32Array();
    expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from(before.buffer)), name).toBe(0);
  }
});

test("one changed byte breaks the seal, wherever it is: in a weight, in the metadata, in the digest", () => {
  const sealed = Buffer.from(sealModel(original));
  for (const at of [0, 1000, sealed.length >> 1, original.length - 1, sealed.length - 1]) {
    const changed = Buffer.from(sealed);
    changed[at] ^= 1;
    expect(isSealed(changed), String(at)).toBe(false);
  }
});

test("a file that was cut, or to which something was added, has no seal", () => {
  const sealed = sealModel(original);
  expect(isSealed(sealed.subarray(0, sealed.length - 1))).toBe(false);
  expect(isSealed(Buffer.concat([sealed, Buffer.of(0)]))).toBe(false);
  expect(isSealed(new Uint8Array(3))).toBe(false);
});

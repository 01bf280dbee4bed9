/**
 * For every test: typed arrays with the same bytes are equal, at once. One by one a million elements take three seconds of the
 * processor, and a mask has as many. Where bytes differ, Vitest compares as it always does.
 */
import { expect } from "vitest";

// Files that share a process would each add it again.
const added = globalThis as { equalBytes?: true };
if (added.equalBytes === undefined) expect.addEqualityTesters([equalBytes]);
added.equalBytes = true;

function equalBytes(value: unknown, other: unknown): true | undefined {
  if (!ArrayBuffer.isView(value) || !ArrayBuffer.isView(other)) return undefined;
  if (value.constructor !== other.constructor) return undefined;
  return bytesOf(value).equals(bytesOf(other)) || undefined;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

/**
 * Base64 (RFC 4648, section 4, with padding) without a platform: patches travel in JSON, and neither Node's nor the browser's
 * own functions may be used in pure code. Decoding is strict.
 */
import { DelineateError } from "#core/errors.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const sixBits = new Map([...alphabet].map((character, value) => [character, value]));

export function bytesToBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    parts.push(
      alphabet[a >> 2],
      alphabet[((a & 3) << 4) | ((b ?? 0) >> 4)],
      b === undefined ? "=" : alphabet[((b & 15) << 2) | ((c ?? 0) >> 6)],
      c === undefined ? "=" : alphabet[c & 63],
    );
  }
  return parts.join("");
}

/** Throws `invalid-value` for anything that `bytesToBase64` would not have written. */
export function base64ToBytes(text: string): Uint8Array {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (text.length % 4 !== 0) throw invalid();
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let [bits, bitCount, end] = [0, 0, 0];
  for (let at = 0; at < text.length - padding; at++) {
    const value = sixBits.get(text[at]);
    if (value === undefined) throw invalid();
    bits = ((bits << 6) | value) & 0xffff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    bytes[end++] = bits >> bitCount;
  }
  // Bits that no byte took: a second text for the same bytes.
  if ((bits & ((1 << bitCount) - 1)) !== 0) throw invalid();
  return bytes;
}

function invalid(): DelineateError {
  return new DelineateError(
    "invalid-value",
    "A saved change to a contour is not valid base64. Reload the review and make the change again.",
  );
}

/** UTF-8 to and from bytes written as one character each (latin1.ts), without a platform's decoder. */

/** Undefined for bytes that are no UTF-8. */
export function fromUtf8(bytes: string): string | undefined {
  try {
    return decodeURIComponent(bytes.replace(/[%\x80-\xff]/g, (character) => `%${hex(character)}`));
  } catch {
    return undefined;
  }
}

export function toUtf8(text: string): string {
  return encodeURIComponent(text).replace(/%([0-9A-F]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, "0");
}

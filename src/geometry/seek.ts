/** Where there is something in a volume of bytes. Nearly all of a CT lies outside a mask: it is passed over several bytes at once. */

/** The first place from `from` on, and before `to`, whose byte is not 0; `to` if there is none. */
export function nextInside(data: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (data.byteOffset + at) % 8 !== 0) {
    if (data[at] !== 0) return at;
    at++;
  }
  if (to - at >= 8) {
    const eights = new BigInt64Array(data.buffer, data.byteOffset + at, Math.floor((to - at) / 8));
    let eight = 0;
    while (eight < eights.length && eights[eight] === 0n) eight++;
    at += 8 * eight;
  }
  while (at < to && data[at] === 0) at++;
  return at;
}

/**
 * A function for the first place from one on whose byte is `level` (1 to 255) at least; the end if there is none. Four bytes of which
 * none may be are passed over at once.
 */
export function seekAtLeast(data: Uint8Array, level: number): (from: number) => number {
  const end = data.length;
  // So much takes a byte below 128 into the highest bit, which those above have already, if it is `level` at least: no sum of a byte
  // reaches the next one. For higher levels the bit itself has to do.
  const lift = level > 127 ? 0 : (128 - level) * 0x01010101;
  const isWhole = data.byteOffset % 4 === 0;
  const words = new Int32Array(data.buffer, isWhole ? data.byteOffset : 0, isWhole ? end >> 2 : 0);
  return (from) => {
    let at = from;
    for (;;) {
      while (at < end && (at & 3) !== 0) {
        if (data[at] >= level) return at;
        at++;
      }
      let word = at >> 2;
      while (word < words.length && ((((words[word] & 0x7f7f7f7f) + lift) | words[word]) & 0x80808080) === 0)
        word++;
      at = Math.max(at, word << 2);
      if (at >= end) return end;
      if (data[at] >= level) return at;
      at++;
    }
  };
}

/** Bytes as text of one character a byte, in chunks: a call with a hundred thousand arguments overflows the stack. */
export function latin1(bytes: Uint8Array): string {
  let result = "";
  const chunk = 8192;
  for (let start = 0; start < bytes.length; start += chunk) {
    result += String.fromCharCode(...bytes.subarray(start, start + chunk));
  }
  return result;
}

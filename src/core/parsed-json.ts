/** JSON of a file that may be damaged. */

/** Undefined for what is no JSON: no schema takes that. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

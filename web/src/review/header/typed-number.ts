/** A number as a person types it into a small field. */

export type Limits = { readonly least: number; readonly most: number };

/** A whole number within the limits, with a hyphen or a minus sign before it where it is negative; undefined for anything else. */
export function numberWithin(text: string, { least, most }: Limits): number | undefined {
  const plain = text.trim().replace("\u2212", "-");
  if (!/^-?\d+$/.test(plain)) return undefined;
  const number = Number(plain);
  return number >= least && number <= most ? number : undefined;
}

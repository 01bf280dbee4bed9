/** A volume as a person reads it, in page and terminal alike: to 0.1 cc, finer where that would hide a small tumour. */

/** "134.6", "28.4", "1.62", "0.043"; "0" for nothing. Cubic centimetres, without the unit. */
export function volumeText(cc: number): string {
  if (cc === 0) return "0";
  return cc.toFixed(cc < 0.1 ? 3 : cc < 10 ? 2 : 1);
}

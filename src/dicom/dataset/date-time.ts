/** A moment as DICOM writes it: DA and TM (PS3.5 6.2), of the local clock. */

/** YYYYMMDD and HHMMSS. */
export function dicomDateTime(at: Date): { readonly date: string; readonly time: string } {
  const two = (value: number): string => String(value).padStart(2, "0");
  return {
    date: `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`,
    time: `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`,
  };
}

/**
 * Numbers, dates and names as the pages show them. English, without locale: a volume reads the same on every machine.
 * Pure; the time that is now comes in as an argument.
 */
import { numberRuns } from "#core/number-runs.ts";
import { fixed, pValue, signed, volumeText } from "#statistics/printed-numbers.ts";

/** A DICOM person name "DOE^JANE^M" as "DOE, JANE M"; other names as they are. */
export function formatPatientName(name: string): string {
  // Ideographic and phonetic groups stand behind "=": the first is the one for lists.
  const parts = (name.split("=")[0] ?? "").split("^").map((part) => part.trim());
  const given = parts.slice(1, 3).filter((part) => part !== "");
  const shown = [parts[0] ?? "", given.join(" ")].filter((part) => part !== "").join(", ");
  return shown === "" ? "No name" : shown;
}

/** A DICOM date "20260131" as "2026-01-31"; an empty one as a dash. */
export function formatStudyDate(date: string): string {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(date);
  if (match) return `${match[1]}-${match[2]}-${match[3]}`;
  return date === "" ? "–" : date;
}

/** A series in words, what is known of it: "Thorax", "kernel B30f", "slices 3 mm thick, 2.5 mm apart". */
export function seriesFacts(series: {
  readonly seriesDescription: string;
  readonly kernel: string;
  readonly sliceThicknessMm: number | null;
  readonly spacingMm: readonly number[];
}): string[] {
  const { seriesDescription, kernel, sliceThicknessMm: thickness, spacingMm } = series;
  const mm = (length: number): string => `${Number(length.toFixed(2))} mm`;
  const apart = `${mm(spacingMm[2])} apart`;
  return [
    ...(seriesDescription.trim() === "" ? [] : [seriesDescription.trim()]),
    kernel.trim() === "" ? "kernel not given" : `kernel ${kernel.trim()}`,
    thickness === null ? `slices ${apart}, thickness not given` : `slices ${mm(thickness)} thick, ${apart}`,
  ];
}

/** What tells series of one patient apart: "Thorax, B30f, 3 mm"; `spacingMm` stands in for a thickness that is not given. */
export function formatSeries(series: {
  readonly seriesDescription: string;
  readonly kernel: string;
  readonly sliceThicknessMm: number | null;
  readonly spacingMm: readonly number[];
}): string {
  const millimetres = series.sliceThicknessMm ?? series.spacingMm[2];
  const thickness = millimetres ? `${Number(millimetres.toFixed(2))} mm` : "";
  const parts = [series.seriesDescription, series.kernel, thickness].map((part) => part.trim());
  return parts.filter((part) => part !== "").join(", ") || "–";
}

/** Cubic centimetres as #statistics/printed-numbers.ts writes them, a dash where there are none. */
export function formatCc(cc: number | null): string {
  return cc === null ? "–" : volumeText(cc);
}

/** A number with its digits, a dash where it is undefined. */
export const formatNumber = fixed;

/** A difference with its sign. */
export const formatDifference = signed;

/** P as the report gives it: "0.034", "< 0.001". */
export const formatP = pValue;

/** Milliseconds as m:ss, from an hour on h:mm:ss. */
export function formatDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A time that passed, in its largest unit: "40 min", "5 h", "12 days". */
export function formatGap(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** How long ago, in words: "just now", "5 min ago", "3 h ago", "yesterday", "4 days ago", then the date. */
export function formatAge(iso: string, nowMs: number): string {
  const then = Date.parse(iso);
  const minutes = Math.floor((nowMs - then) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  if (days === 1) return "yesterday";
  return days < 14 ? `${days} days ago` : iso.slice(0, 10);
}

/** Local date and time, to the minute: "2026-01-31 14:05". */
export function formatTime(iso: string): string {
  const date = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Slice numbers as people count them (from 1), runs joined: [4, 5, 6, 9] as "5–7, 10". */
export function formatSlices(slices: readonly number[]): string {
  const ascending = [...slices].sort((a, b) => a - b);
  return numberRuns(ascending)
    .map(([from, to]) => (from === to ? `${from + 1}` : `${from + 1}–${to + 1}`))
    .join(", ");
}

/**
 * Whether a contour can be taken as the closed curve that it is: its type, its numbers, its count of points (PS3.3
 * C.8.8.6). What cannot be taken is an error, and who wanted the ROI refuses it; points and open lines enclose nothing.
 * Not here: where the contour lies (rasterise-roi.ts).
 */
import type { Severity } from "#core/findings.ts";
import type { Contour } from "./read-rtstruct.ts";

const closedTypes = ["CLOSED_PLANAR", "CLOSEDPLANAR_XOR"];
const openTypes = ["POINT", "OPEN_PLANAR", "OPEN_NONPLANAR"];

type ContourFault = { readonly severity: Severity; readonly code: string; readonly message: string };

/** CLOSED_PLANAR or CLOSEDPLANAR_XOR, however it is spelt. */
function isClosed(contour: Contour): boolean {
  return closedTypes.includes(typeOf(contour));
}

function typeOf({ geometricType }: Contour): string {
  return geometricType.trim().toUpperCase();
}

/** Faults of one contour; of severity info or error it is not taken. None for a closed curve as the standard wants it. */
export function contourFaults(contour: Contour): ContourFault[] {
  const { points, statedPoints: stated } = contour;
  const type = typeOf(contour);
  const count = points.length / 3;
  const doubt = doubtOfSurface(contour);
  if (doubt !== undefined) return [{ severity: "error", code: "unreadable-contour", message: doubt }];
  if (openTypes.includes(type))
    return [
      {
        severity: "info",
        code: "not-a-surface",
        message: `A contour of type ${type} encloses nothing; left out.`,
      },
    ];
  const unreadable = (message: string): ContourFault[] => [
    { severity: "error", code: "unreadable-contour", message },
  ];
  if (!isClosed(contour))
    return unreadable(
      `The contour has the type ${shownType(type)}, expected CLOSED_PLANAR: what it encloses is not said.`,
    );
  if (points.length === 0 && stated === 0)
    return [
      {
        severity: "info",
        code: "not-a-surface",
        message: "A contour without points encloses nothing; left out.",
      },
    ];
  if (!Number.isInteger(count) || count === 0 || !points.every(Number.isFinite))
    return unreadable(`Its ${points.length} coordinates are no whole points, or some are no numbers.`);
  if (count < 3)
    return unreadable(`A closed contour of ${count} points encloses nothing, expected at least 3.`);
  const closing = stated === count - 1 && repeatsFirst(points);
  if (stated !== undefined && stated !== count && !closing)
    return unreadable(
      `Number of points is given as ${stated}, there are ${count}: points were lost or added.`,
    );
  const warnings: ContourFault[] = [];
  if (stated !== count) {
    const given = stated === undefined ? "not given" : `given as ${stated}`;
    const message = `Number of points is ${given}, there are ${count}; all were taken.`;
    warnings.push({ severity: "warning", code: "point-count", message });
  }
  if (contour.geometricType !== type)
    warnings.push({
      severity: "warning",
      code: "contour-type",
      message: `The contour's type is misspelt; taken for ${type}.`,
    });
  return warnings;
}

/** Why it is not certain what a contour encloses, or where, though its type and its points can be read; undefined where it is. */
export function doubtOfSurface(contour: Contour): string | undefined {
  const type = typeOf(contour);
  const { points, offset } = contour;
  // Until 2021 the standard moved a contour by it, where a slab's thickness was given (PS3.3 C.8.8.6.2 of 2020): others ignore it.
  if (isClosed(contour) && offset.some((mm) => mm !== 0))
    return `A Contour Offset Vector (3006,0045) of ${offset.join(", ")} mm moves it away from its points, which other systems do not follow: where it lies is not certain.`;
  if (openTypes.includes(type) && points.length >= 12 && repeatsFirst(points))
    return `It has the type ${type} and returns to its first point: whether it encloses anything is not certain.`;
  return undefined;
}

function repeatsFirst(points: Float64Array): boolean {
  return [0, 1, 2].every((axis) => points[axis] === points[points.length - 3 + axis]);
}

/** The defined terms are short words; anything else is not repeated in a message. */
function shownType(type: string): string {
  if (type === "") return "nothing";
  return /^[A-Z0-9_ -]{1,24}$/.test(type) ? type : "of its own";
}

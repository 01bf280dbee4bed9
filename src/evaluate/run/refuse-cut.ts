/**
 * The one rule for masks that reach beyond the image on which they are measured: they are not. What was cut off may be
 * falsely found or missed, and without it the metrics would come out too good.
 */
import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";

const cuts = ["mask-outside-ct", "contour-outside-ct"];

/** Throws `grid-mismatch` if some of `patient`'s masks were cut to the grid of the CT or of the first mask. */
export function refuseCut(findings: readonly Finding[], patient: string): void {
  const cut = findings.find(({ code }) => cuts.includes(code));
  if (cut === undefined) return;
  throw new DelineateError(
    "grid-mismatch",
    `${patient}: ${cut.message} What lies there cannot be measured: give all masks on a grid that holds them whole, or with --ct the CT that they were drawn on.`,
  );
}

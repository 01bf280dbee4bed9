/** The one rule for an ROI that cannot be had whole: it is refused, by every reader, by the code of what it lost. */
import { DelineateError, type ErrorCode, errorCodes } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";

/** Throws the first finding of severity error, as an error of its own code; `where` names file or patient. */
export function refuseLoss(findings: readonly Finding[], where: string): void {
  const losses = findings.filter(({ severity }) => severity === "error");
  if (losses.length === 0) return;
  const [{ code, message, where: place }] = losses;
  const more = losses.length === 1 ? "" : ` There are ${losses.length - 1} more like it.`;
  const parts = place === undefined ? [where] : [where, place];
  throw new DelineateError(
    isErrorCode(code) ? code : "unreadable-contour",
    `${parts.join(": ")}: ${message}${more} Nothing of it is used; export it again, or correct the contour.`,
  );
}

function isErrorCode(code: string): code is ErrorCode {
  return code in errorCodes;
}

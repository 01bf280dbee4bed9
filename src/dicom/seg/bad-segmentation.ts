/** Why a segmentation cannot be read. */
import { DelineateError } from "#core/errors.ts";

export function badSegmentation(where: string, what: string): DelineateError {
  return new DelineateError("bad-segmentation", `${where} is not a segmentation that can be read: ${what}.`);
}

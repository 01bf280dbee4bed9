import { DelineateError } from "#core/errors.ts";

/** Of a patient's folder that is there: what it was made with differs in `what` from what would be made now. */
export function madeOtherwise(directory: string, what: string): DelineateError {
  return new DelineateError(
    "file-exists",
    `${directory} was made otherwise (${what}) than this command would: choose another folder for --out, or remove that one.`,
  );
}

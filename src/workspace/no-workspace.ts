import { DelineateError } from "#core/errors.ts";

/** Where records were looked for and are not, or this user may not look. */
export function noWorkspace(data: string): DelineateError {
  return new DelineateError(
    "file-not-found",
    `There is no workspace in ${data}, or this user may not look into it. Name its folder with --data, or its database with --database.`,
  );
}

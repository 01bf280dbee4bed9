/** Failures that pass by themselves when the database can be reached and written again, told apart from faults of the program. */
import { codeOf, DelineateError } from "#core/errors.ts";

/** SQLSTATEs of a server that refuses what it took before: a standby, another password, a statement that its administrator ended. */
const reasons = new Map([
  ["25006", "is read-only"],
  ["28P01", "refuses the password"],
  ["57014", "is being worked on"],
]);
/** Of the system, and SQLSTATEs: connection exceptions, the server shuts down or starts, no connection is free. */
const codes = /^(E(CONN\w+|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)|08\w{3}|57P0[123]|53300)$/;
/** What node-postgres says without a code. */
const sentences =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered|Query read timeout)/;

export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof DelineateError) return error.code === "database-unavailable";
  if (!(error instanceof Error)) return false;
  // Whatever it fails with: on a socket's path, that the file is not there.
  if ("syscall" in error && error.syscall === "connect") return true;
  return codes.test(codeOf(error)) || reasons.has(codeOf(error)) || sentences.test(error.message);
}

/** What is told of it. */
export function databaseUnavailable(cause?: unknown): DelineateError {
  const reason = reasons.get(codeOf(cause)) ?? "cannot be reached";
  return new DelineateError(
    "database-unavailable",
    `The database ${reason} just now. What was saved is safe; try again in a moment.`,
    { cause },
  );
}

/** Every failure as the contract's error: a sentence and a status by the table of codes; a fault's stack is for the log alone. */
import type { FastifyError, FastifyInstance } from "fastify";
import { codeOf, DelineateError, type ErrorCode, errorCodes } from "#core/errors.ts";
import { databaseUnavailable, isConnectionLoss } from "#workspace/store/connection-loss.ts";

/**
 * Failures that the server's administrator has to mend: a person is told what it is, the log has the system's own words. By SQLSTATE or
 * the system's code: disk_full; a file of a data folder that is not the one of these records, or that somebody tidied.
 */
const toMend = new Map<string, readonly [ErrorCode, string]>([
  [
    "53100",
    [
      "disk-full",
      "The disk with the server's records is full: nothing more is saved until somebody makes room on it. What was saved is safe.",
    ],
  ],
  [
    "ENOENT",
    [
      "file-changed",
      "A file of this patient is missing on the server. Whoever runs it finds its name in the log, and can restore it from a backup.",
    ],
  ],
]);

export function registerFailures(app: FastifyInstance, onFault: (error: unknown) => void): void {
  app.setErrorHandler<FastifyError | Error>((error, _request, reply) => {
    const failure = isConnectionLoss(error) ? databaseUnavailable(error) : error;
    const mending = toMend.get(codeOf(failure));
    if (mending !== undefined) {
      onFault(failure);
      const [code, sentence] = mending;
      return reply.status(errorCodes[code].httpStatus).send(describeFailure(code, sentence));
    }
    if (failure instanceof DelineateError) {
      return reply
        .status(errorCodes[failure.code].httpStatus)
        .send(describeFailure(failure.code, failure.message, failure.slices));
    }
    const status = "statusCode" in error ? (error.statusCode ?? 500) : 500;
    if (status < 500) {
      const code = status === 413 ? "too-large" : "usage";
      return reply
        .status(status)
        .send(describeFailure(code, `The request cannot be taken: ${error.message}.`));
    }
    onFault(error);
    const sentence =
      "This is a fault of the program; nothing was lost. Try again, and report it if it happens again.";
    return reply.status(500).send(describeFailure("unexpected", sentence));
  });
}

/** At once, and not when the connection has timed out. */
export function refuseWithoutDatabase(app: FastifyInstance, isUp: () => boolean): void {
  app.addHook("onRequest", async (request) => {
    if (request.url.startsWith("/api/") && !isUp()) throw databaseUnavailable();
  });
}

export function describeFailure(code: string, message: string, slices?: readonly number[]) {
  return { error: { code, message, ...(slices === undefined ? {} : { slices }) } };
}

/** Every failure as the contract's error: a sentence and a status by the table of codes; a fault's stack is for the log alone. */
import type { FastifyError, FastifyInstance } from "fastify";
import { codeOf, DelineateError, errorCodes } from "#core/errors.ts";
import { databaseUnavailable, isConnectionLoss } from "#workspace/store/connection-loss.ts";

const fullSentence =
  "The disk with the server's records is full: nothing more is saved until somebody makes room on it. What was saved is safe.";

const missingSentence =
  "A file of this patient is missing on the server. Whoever runs it finds its name in the log, and can restore it from a backup.";

export function registerFailures(app: FastifyInstance, onFault: (error: unknown) => void): void {
  app.setErrorHandler<FastifyError | Error>((error, _request, reply) => {
    const failure = isConnectionLoss(error) ? databaseUnavailable(error) : error;
    // SQLSTATE disk_full. The log has the database's own words: somebody has to make room.
    if (codeOf(failure) === "53100") {
      onFault(failure);
      return reply
        .status(errorCodes["disk-full"].httpStatus)
        .send(describeFailure("disk-full", fullSentence));
    }
    // Of a data folder that is not the one of these records, or that somebody tidied. A fault of the program as well, perhaps.
    if (codeOf(failure) === "ENOENT") {
      onFault(failure);
      return reply
        .status(errorCodes["file-changed"].httpStatus)
        .send(describeFailure("file-changed", missingSentence));
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

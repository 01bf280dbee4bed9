/** Every failure as the contract's error: a sentence and a status by the table of codes; a fault's stack is for the log alone. */
import type { FastifyError, FastifyInstance } from "fastify";
import { DelineateError, errorCodes } from "#core/errors.ts";

export function registerFailures(app: FastifyInstance, onFault: (error: unknown) => void): void {
  app.setErrorHandler<FastifyError | Error>((error, _request, reply) => {
    if (error instanceof DelineateError) {
      return reply
        .status(errorCodes[error.code].httpStatus)
        .send(describeFailure(error.code, error.message, error.slices));
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

export function describeFailure(code: string, message: string, slices?: readonly number[]) {
  return { error: { code, message, ...(slices === undefined ? {} : { slices }) } };
}

/** Requests whose routes say so stand in the audit log before anything is done, and once more where they were refused. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { DelineateError } from "#core/errors.ts";
import { type Accounts, whoIs } from "#workspace/accounts/accounts.ts";
import { type AuditEvent, askedOfAccount } from "#workspace/accounts/audit.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the audit log calls it. Nothing is kept of a route without. */
    audit?: string;
    /** With what is asked of an account. */
    auditsAccount?: boolean;
  }
}

export function registerAudit(app: FastifyInstance, accounts: Accounts): void {
  app.addHook("preHandler", async (request) => {
    const event = eventOf(request);
    // What cannot be recorded is not done.
    if (event !== undefined) await accounts.audit(event);
  });
  app.addHook("onError", async (request, _reply, error) => {
    const event = eventOf(request);
    const refused = error instanceof DelineateError ? error.code : "unexpected";
    if (event !== undefined) await accounts.audit({ ...event, refused });
  });
}

/** Undefined also for somebody who is not signed in: such a request does nothing, and anybody could fill the log. */
function eventOf(request: FastifyRequest): AuditEvent | undefined {
  const { audit, auditsAccount } = request.routeOptions.config;
  if (audit === undefined || request.account === null) return undefined;
  const asked = auditsAccount ? askedOfAccount(request.body) : {};
  return { who: whoIs(request.account), action: audit, subject: { ...Object(request.params), ...asked } };
}

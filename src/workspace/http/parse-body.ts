/** A request's body by its schema of the contract. */
import type { z } from "zod";
import { DelineateError } from "#core/errors.ts";

/** Throws `usage`. What was sent is not repeated: it may name a patient. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DelineateError(
    "usage",
    `The request is not as expected: ${issue.path.join(".") || "its body"}: ${issue.message}. If a page of the workspace sent it, the service was updated since: reload that page.`,
  );
}

/** What went wrong, as a sentence for the person. */
import { ZodError } from "zod";

export function explain(reason: unknown): string {
  // What the server says of an answer's fields helps nobody at this end.
  if (reason instanceof ZodError)
    return "The server's answer is not as this page expects. Reload the page; if that does not help, restart the server.";
  return reason instanceof Error ? reason.message : String(reason);
}

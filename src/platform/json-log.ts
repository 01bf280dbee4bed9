/** A line of JSON on standard error for each event, for machines that gather logs. */

/** `facts` must hold nothing of a patient. */
export function logEvent(event: string, facts: Readonly<Record<string, unknown>> = {}): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...facts })}\n`);
}

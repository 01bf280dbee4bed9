/** Keeps what identifies a patient out of messages: archives name folders after patients, and readers name files. */

/** Shorter texts occur by chance. */
const shortest = 3;

/** Texts that identify: the ID, and the name whole and in its parts. */
export function identityTexts(patientId: string, patientName: string): string[] {
  const parts = [patientId, patientName, ...patientName.split(/[\^= ]+/)].map((text) => text.trim());
  return [...new Set(parts.filter((text) => text.length >= shortest))].sort((a, b) => b.length - a.length);
}

/** `text` with each of `identity` replaced, whatever the case. */
export function redacted(text: string, identity: readonly string[]): string {
  return identity.reduce(
    (result, part) =>
      result.replace(new RegExp(part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi"), "[patient]"),
    text,
  );
}

/**
 * Findings: facts about a patient's data that are odd but were dealt with. They travel beside the value that they
 * concern, up to the report; an `error` finding blocks export. A finding never holds what identifies a patient.
 */

const severities = ["info", "warning", "error"] as const;
export type Severity = (typeof severities)[number];

export type Finding = {
  readonly severity: Severity;
  /** A short kebab-case name that stays the same between versions, for machines. */
  readonly code: string;
  /** One sentence: what was found, what was expected, what was done about it. */
  readonly message: string;
  /** Where: a file's path, a tag's path, an ROI's name, a slice. */
  readonly where?: string;
};

export function finding(severity: Severity, code: string, message: string, where?: string): Finding {
  return where === undefined ? { severity, code, message } : { severity, code, message, where };
}

/** The same with the patient, or whatever else it is part of, before its own place. */
export function findingIn(whole: string, item: Finding): Finding {
  return { ...item, where: item.where === undefined ? whole : `${whole}: ${item.where}` };
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((item) => item.severity === "error");
}

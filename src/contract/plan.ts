/**
 * A plan is a training's configuration as a file: checked, changed, and compared with the defaults. What it leaves out has its
 * default. An unknown key, a value out of bounds or of another type is refused with an error that names it.
 */
import { DelineateError, type ErrorCode } from "#core/errors.ts";
import { nearestName } from "#core/nearest-name.ts";
import { type Setting, settingsOf } from "./settings.ts";
import { type TrainingConfiguration, trainingConfigurationSchema } from "./training-configuration.ts";

export const planSettings: readonly Setting[] = settingsOf(trainingConfigurationSchema);

/** A setting's path and its value as typed. */
export type PlanChange = { readonly path: string; readonly text: string };

/** `where` names the file. Throws `bad-configuration`. */
export function checkPlan(value: unknown, where: string): TrainingConfiguration {
  return checked(value, where, "bad-configuration");
}

/** The plan with each change made. Throws `usage` for a setting that is none, or is changed twice, and for a value that it cannot have. */
export function changePlan(
  plan: TrainingConfiguration,
  changes: readonly PlanChange[],
): TrainingConfiguration {
  let changed: unknown = plan;
  for (const [index, { path, text }] of changes.entries()) {
    const setting = planSettings.find((candidate) => candidate.path === path);
    if (setting === undefined) throw new DelineateError("usage", noSetting("--set", path));
    if (changes.findIndex((other) => other.path === path) < index)
      throw new DelineateError("usage", `${path} is set twice on the command line.`);
    changed = withValue(changed, path.split("."), parsedValue(setting, text));
  }
  return checked(changed, "the command line", "usage");
}

/** What of a plan is not at its default, itself a plan. */
export function planDifferences(plan: TrainingConfiguration): unknown {
  let differences: unknown = {};
  for (const { path, fallback } of planSettings) {
    const value = settingIn(plan, path);
    if (value !== fallback) differences = withValue(differences, path.split("."), value);
  }
  return differences;
}

/** The value of the setting `path`. */
export function settingIn(plan: TrainingConfiguration, path: string): unknown {
  return at(plan, path.split("."));
}

function checked(value: unknown, where: string, code: ErrorCode): TrainingConfiguration {
  const result = trainingConfigurationSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys")
    throw new DelineateError(code, noSetting(where, [...issue.path, issue.keys[0]].join(".")));
  const setting = planSettings.find((candidate) => candidate.path === path);
  if (setting !== undefined) {
    const found = JSON.stringify(at(value, issue.path));
    throw new DelineateError(code, `${where}: ${path} is ${found}, expected ${setting.range}.`);
  }
  if (issue.code === "custom") throw new DelineateError(code, `${where}: in ${path}, ${issue.message}.`);
  throw new DelineateError(
    code,
    `${where}: ${path === "" ? "a plan" : path} is an object of settings, in braces.`,
  );
}

function noSetting(where: string, path: string): string {
  const paths = planSettings.map((setting) => setting.path);
  return `${where}: there is no setting ${path}; did you mean ${nearestName(path, paths)}? \`delineate plan --explain\` lists all.`;
}

/** As JSON would have it; a text that is no such value is left for the schema to refuse. */
function parsedValue({ kind }: Setting, text: string): unknown {
  if (kind === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (kind === "string") return text;
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** A copy in which `path` has the value. */
function withValue(record: unknown, path: readonly string[], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const group = isRecord(record) ? record : {};
  return { ...group, [first]: withValue(group[first], rest, value) };
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[String(key)] : undefined), value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How a verb is told its plan: `--plan`, `--set`, and short options for the settings that change daily. */
import { fileURLToPath } from "node:url";
import { type Command, InvalidArgumentError } from "commander";
import { changePlan, type PlanChange, planSettings } from "#contract/plan.ts";
import { defaultTraining, type TrainingConfiguration } from "#contract/training-configuration.ts";
import { shippedModel } from "#model/run/load-model.ts";
import { readPlan } from "#training/run/read-plan.ts";

const daily = { roi: "PATTERN", epochs: "N", seed: "N" } as const;
type Daily = keyof typeof daily;

export type PlanOptions = { plan?: string; set?: PlanChange[] } & { [Setting in Daily]?: string | undefined };

export const setHelp = "change a setting of the plan; may be given several times";

/** `settings`: those that have an option of their own. */
export function addPlanOptions(command: Command, settings: readonly Daily[]): Command {
  command
    .option(
      "--plan <FILE>",
      'plan, model, "shipped" or run.json with the plan (default: the paper\'s)',
      modelFile,
    )
    .option("--set <NAME=VALUE>", setHelp, planChange);
  for (const path of settings) {
    const setting = planSettings.find((candidate) => candidate.path === path);
    command.option(`--${path} <${daily[path]}>`, `${setting?.help} (default: the plan's)`);
  }
  return command;
}

/** A model's file; "shipped" is the one that comes with the program, wherever that was installed. */
export function modelFile(text: string): string {
  return text === "shipped" ? fileURLToPath(shippedModel) : text;
}

/** "NAME=VALUE", after those that were given before it. */
export function planChange(text: string, before: readonly PlanChange[] = []): PlanChange[] {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Expected a setting and its value, such as epochs=10.");
  return [...before, { path: text.slice(0, at), text: text.slice(at + 1) }];
}

/** The settings that the command line says, each by its path: all of a plan's where it names one. */
export function statedSettings(options: PlanOptions): string[] {
  if (options.plan !== undefined) return planSettings.map(({ path }) => path);
  const changed = (options.set ?? []).map(({ path }) => path);
  return [...changed, ...(Object.keys(daily) as Daily[]).filter((path) => options[path] !== undefined)];
}

/** Throws what reading, checking and changing a plan throws (contract/plan.ts, training/run/read-plan.ts). */
export async function planOf(options: PlanOptions): Promise<TrainingConfiguration> {
  const plan = options.plan === undefined ? defaultTraining : await readPlan(options.plan);
  const changes = (Object.keys(daily) as Daily[]).flatMap((path) => {
    const text = options[path];
    return text === undefined ? [] : [{ path, text }];
  });
  return changePlan(plan, [...(options.set ?? []), ...changes]);
}

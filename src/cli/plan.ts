/** `delineate plan` on the command line: prints a plan, or explains what can stand in one. */
import { type Command, Option } from "commander";
import { changePlan, type PlanChange, planSettings } from "#contract/plan.ts";
import { protocolNames, protocolPlan } from "#training/protocols.ts";
import { readPlan } from "#training/run/read-plan.ts";
import { oneOf } from "./arguments/options.ts";
import { modelFile, planChange, setHelp } from "./arguments/plan-options.ts";
import { table } from "./output.ts";

type Options = {
  protocol: (typeof protocolNames)[number];
  from?: string;
  set?: PlanChange[];
  explain?: boolean;
};

export function planVerb(command: Command): void {
  command
    .option("--protocol <NAME>", protocolNames.join(" or "), oneOf(protocolNames), "zhang2020")
    .addOption(
      new Option(
        "--from <FILE>",
        'the plan of a model ("shipped": the program\'s), checkpoint, run.json or plan',
      )
        .argParser(modelFile)
        .conflicts("protocol"),
    )
    .option("--set <NAME=VALUE>", setHelp, planChange)
    .addOption(
      new Option("--explain", "list every setting with default, bounds and meaning").conflicts([
        "protocol",
        "from",
        "set",
      ]),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate plan --protocol zhang2020 > plan.json\n  $ delineate plan --explain\n  $ delineate plan --set network=u-net --set augmentation.rotationDegrees=12 > plan.json\n  $ delineate plan --from run/model.onnx --set seed=2 > again.json",
    )
    .action(async ({ protocol, from, set = [], explain }: Options) => {
      const plan = from === undefined ? protocolPlan(protocol) : await readPlan(from);
      const text = explain ? explanation() : JSON.stringify(changePlan(plan, set), null, 2);
      process.stdout.write(`${text}\n`);
    });
}

function explanation(): string {
  const rows = planSettings.map(({ path, fallback, range, help }) => [
    path,
    String(fallback),
    `${help} (${range})`,
  ]);
  return table(["setting", "default", "meaning"], rows);
}

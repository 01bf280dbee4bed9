/** `delineate backup` and `delineate restore` on the command line. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { counted } from "#core/counted.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { databaseOption, filesOption } from "../arguments/options.ts";
import { say } from "../output.ts";

type Options = { data: string; database?: string; files?: string };

function withPlace(command: Command): Command {
  return command
    .option("--data <DIR>", "folder of the workspace", "workspace")
    .addOption(databaseOption())
    .addOption(filesOption());
}

export function backupVerb(command: Command): void {
  withPlace(command)
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate backup /backups/monday --data /data/workspace\n  $ delineate backup /backups/monday --data /shared/workspace --database postgres://delineate@db/delineate",
    )
    .action(async (out: string, { data, ...place }: Options) => {
      const signal = interruptSignal("Stopping; what was copied so far is removed.");
      const { backUp } = await import("#workspace/backup/backup.ts");
      const { cases } = await backUp({ ...place, data: resolve(data), out: resolve(out), signal });
      say(`${counted(cases, "patient")} in ${out}.`);
    });
}

export function restoreVerb(command: Command): void {
  withPlace(command)
    .addHelpText("after", "\nExamples:\n  $ delineate restore /backups/monday --data /data/new-workspace")
    .action(async (backup: string, { data, ...place }: Options) => {
      const { restore } = await import("#workspace/backup/restore.ts");
      const { cases } = await restore({ ...place, backup: resolve(backup), data: resolve(data) });
      say(`${counted(cases, "patient")} in ${data}.`);
    });
}

/** `delineate backup` and `delineate restore` on the command line. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { databaseOption } from "../arguments/options.ts";
import { say } from "../output.ts";

type Options = { data: string; database?: string };

function withPlace(command: Command): Command {
  return command.option("--data <DIR>", "folder of the workspace", "workspace").addOption(databaseOption());
}

export function backupVerb(command: Command): void {
  withPlace(command)
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate backup /backups/monday --data /data/workspace\n  $ delineate backup /backups/monday --data /shared/workspace --database postgres://delineate@db/delineate",
    )
    .action(async (out: string, { data, database }: Options) => {
      const { backUp } = await import("#workspace/backup/backup.ts");
      const { cases } = await backUp({ data: resolve(data), database, out: resolve(out) });
      say(`${cases} ${cases === 1 ? "patient" : "patients"} in ${out}.`);
    });
}

export function restoreVerb(command: Command): void {
  withPlace(command)
    .addHelpText("after", "\nExamples:\n  $ delineate restore /backups/monday --data /data/new-workspace")
    .action(async (backup: string, { data, database }: Options) => {
      const { restore } = await import("#workspace/backup/restore.ts");
      const { cases } = await restore({ backup: resolve(backup), data: resolve(data), database });
      say(`${cases} ${cases === 1 ? "patient" : "patients"} in ${data}.`);
    });
}

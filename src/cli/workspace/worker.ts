/** `delineate worker` on the command line. */
import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { aborted, interruptSignal } from "#platform/interrupt.ts";
import type { WorkerTask } from "#workspace/work/open-worker.ts";
import { databaseOption, filesOption, logOption, namesList, wholeNumber } from "../arguments/options.ts";
import { reporter, say } from "../output.ts";

type Options = {
  data: string;
  database: string;
  files?: string;
  work: WorkerTask[];
  workers: number;
  log: "text" | "json";
};

export function workerVerb(command: Command): void {
  command
    .option(
      "--data <DIR>",
      "folder of the workspace, the same as the service's; with --files one of this machine",
      "workspace",
    )
    .addOption(databaseOption().makeOptionMandatory())
    .addOption(filesOption())
    .addOption(
      new Option(
        "--work <KINDS>",
        "contours: reading and contouring patients; trainings: parts of experiments (delineate experiment --database), at a lower priority than contours; trainings alone needs no --data",
      )
        .argParser(tasksOf)
        .default(["contours"], "contours"),
    )
    .option("--workers <N>", "contour so many patients at once", wholeNumber(1, 64), 1)
    .addOption(logOption())
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate worker --data /shared/workspace --database postgres://delineate@db/delineate\n  $ DELINEATE_DATABASE=postgres://delineate@db/delineate delineate worker --data /shared/workspace\n  $ delineate worker --work trainings --database postgres://delineate@db/delineate\n  $ delineate worker --data /var/lib/delineate --database postgres://delineate@db/delineate --files s3://contours/clinic",
    )
    .action(async ({ data, log, work: tasks, ...options }: Options) => {
      const report = reporter(log);
      const signal = interruptSignal("Stopping; what is going on is done by another worker.");
      // Here, not above: the database would slow the help.
      const { openWorker } = await import("#workspace/work/open-worker.ts");
      const worker = await openWorker({
        ...options,
        ...{ tasks, data: resolve(data), onFault: report.fault },
        onJob: (facts) => report.event("job", facts),
      });
      if (log === "text") say("Ready for work.");
      report.event("started");
      await aborted(signal);
      await worker.close();
      report.event("ended");
      // Handles of libraries may be open still; everything of ours is closed.
      process.exit(0);
    });
}

function tasksOf(text: string): WorkerTask[] {
  const known = ["contours", "trainings"] as const satisfies readonly WorkerTask[];
  const names = namesList(text);
  if (names.every((name) => known.some((task) => task === name)))
    return known.filter((task) => names.includes(task));
  throw new InvalidArgumentError(`Expected some of ${known.join(", ")}.`);
}

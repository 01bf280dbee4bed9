/** `delineate retention` on the command line: what the clinic's rules let go, as a list to be looked at, and its removal. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { counted } from "#core/counted.ts";
import { DelineateError } from "#core/errors.ts";
import { parsedJson } from "#core/parsed-json.ts";
import { readClinic } from "#pacs/rules/read-clinic.ts";
import { readText } from "#platform/missing.ts";
import { refuseExisting, writeFileAtomic } from "#platform/write-file.ts";
import { listRemovable, removeListed, retentionRules } from "#workspace/retention.ts";
import { openWorkspace, type Workspace } from "#workspace/workspace.ts";
import { databaseOption, filesOption } from "../arguments/options.ts";
import { printResult, table } from "../output.ts";
import { refuseNoWorkspace } from "./existing-workspace.ts";

type Options = {
  readonly config: string;
  readonly data: string;
  readonly database?: string;
  readonly files?: string;
  readonly json?: boolean;
};

const listSchema = z.strictObject({
  format: z.literal(1),
  /** Of the data folder. */
  workspace: z.string(),
  madeAt: z.iso.datetime(),
  cases: z.array(
    z.strictObject({
      caseId: z.uuid(),
      patientLabel: z.string(),
      rule: z.enum(retentionRules),
      since: z.iso.datetime(),
    }),
  ),
});

/** An older list is made anew: nobody remembers what was looked at. */
const longestDays = 7;

const examples =
  "\nExamples:\n  $ delineate retention list --config clinic.yaml --data /data/workspace --out to-remove.json\n  $ delineate retention remove to-remove.json --config clinic.yaml --data /data/workspace";

export function retentionVerb(command: Command): void {
  command.addHelpText(
    "after",
    `\nNothing is removed that was not listed before. With a PostgreSQL server the service may run meanwhile; else it has to be ended first.\n${examples}`,
  );
  withPlace(command.command("list"))
    .description("Say which patients the rules let go. Removes nothing.")
    .option("--out <FILE>", "also write the list as JSON: what remove takes")
    .option("--force", "overwrite --out", false)
    .option("--json", "print it as JSON")
    .addHelpText("after", examples)
    .action(list);
  withPlace(command.command("remove <LIST>"))
    .description("Remove the patients of a list that the rules still let go. Each stands in the audit log.")
    .option("--json", "print the result as JSON")
    .addHelpText("after", examples)
    .action(remove);
}

function withPlace(command: Command): Command {
  return command
    .requiredOption("--config <FILE>", "the clinic's configuration, with its retention (docs/clinic.md)")
    .option("--data <DIR>", "folder of the workspace", "workspace")
    .addOption(databaseOption())
    .addOption(filesOption());
}

type ListOptions = Options & { readonly out?: string; readonly force: boolean };

async function list({ out, force, json, ...place }: ListOptions): Promise<void> {
  await refuseExisting(out, { force });
  const { retention } = await readClinic(place.config);
  const now = new Date();
  const removalList = await within(place, async (workspace) => ({
    format: 1,
    workspace: await idOf(workspace),
    madeAt: now.toISOString(),
    cases: await listRemovable(workspace.db, retention, now),
  }));
  if (out !== undefined) await writeFileAtomic(out, `${JSON.stringify(removalList, null, 1)}\n`, { force });
  const rows = removalList.cases.map(({ patientLabel, caseId, rule, since }) => [
    patientLabel,
    caseId,
    rule,
    since.slice(0, 10),
  ]);
  const lines =
    rows.length === 0 ? "Nothing is to be removed." : table(["patient", "case", "rule", "since"], rows);
  printResult(json, removalList, lines);
}

async function remove(path: string, { json, ...place }: Options): Promise<void> {
  const { retention } = await readClinic(place.config);
  const listed = await readList(path);
  const now = new Date();
  const result = await within(place, async (workspace) => {
    if (listed.workspace !== (await idOf(workspace)))
      throw new DelineateError("other-workspace", `${path} is a list of another workspace.`);
    return removeListed(workspace, retention, listed.cases, now);
  });
  const { removed, stayed } = result;
  const rest =
    stayed.length === 0
      ? ""
      : ` ${stayed.length} stay: something was done with them, or the rules keep them.`;
  printResult(json, result, `${counted(removed, "patient")} removed.${rest}`);
}

/** Throws `file-unreadable` for what is no list, and `file-changed` for an old one. */
async function readList(path: string): Promise<z.output<typeof listSchema>> {
  const text = await readText(path, `There is no list ${path}.`);
  const parsed = listSchema.safeParse(parsedJson(text));
  if (!parsed.success)
    throw new DelineateError("file-unreadable", `${path} is no list of delineate retention list --out.`);
  const days = (Date.now() - Date.parse(parsed.data.madeAt)) / (24 * 3600 * 1000);
  if (days < 0 || days > longestDays)
    throw new DelineateError(
      "file-changed",
      `${path} was not made within the last ${longestDays} days. Make it anew, and look at it.`,
    );
  return parsed.data;
}

async function idOf({ db }: Workspace): Promise<string> {
  return (await db.selectFrom("workspace").select("id").executeTakeFirstOrThrow()).id;
}

/** Beside a service where the database is on a server. Throws `folder-in-use` while one runs on an embedded one. */
async function within<T>(
  { data, database, files }: Pick<Options, "data" | "database" | "files">,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  await refuseNoWorkspace({ data, database });
  const role = database === undefined ? "service" : "worker";
  const workspace = await openWorkspace(resolve(data), undefined, { database, files, role });
  try {
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}

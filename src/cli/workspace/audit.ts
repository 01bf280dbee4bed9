/** `delineate audit` on the command line: the log of who did what, written to a file, and checked. */
import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { type AuditEntry, auditEntrySchema } from "#contract/workspace/account.ts";
import { DelineateError } from "#core/errors.ts";
import { unreadable } from "#platform/missing.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { databaseOption, filesOption } from "../arguments/options.ts";
import { printResult } from "../output.ts";
import { refuseNoWorkspace } from "./existing-workspace.ts";

type Options = { readonly data: string; readonly database?: string; readonly files?: string };

export function auditVerb(command: Command): void {
  command.addHelpText(
    "after",
    "\nExamples:\n  $ delineate audit export audit.jsonl --data /data/workspace\n  $ delineate audit check audit.jsonl --holds 5d41402a...",
  );
  command
    .command("export <FILE>")
    .description("Every entry as a line of JSON. An admin can fetch the same from a running server.")
    .option("--data <DIR>", "folder of the workspace", "workspace")
    .addOption(databaseOption())
    .addOption(filesOption())
    .action(async (file: string, { data, ...place }: Options) => {
      await refuseNoWorkspace({ data, ...place });
      const { openWorkspace } = await import("#workspace/workspace.ts");
      const { auditLines } = await import("#workspace/accounts/audit.ts");
      const workspace = await openWorkspace(resolve(data), undefined, place);
      try {
        const lines: string[] = [];
        for await (const line of auditLines(workspace.db)) lines.push(line);
        await writeFileAtomic(file, lines.join(""));
        printResult(false, null, `${lines.length} entries written to ${file}.`);
      } finally {
        await workspace.close();
      }
    });
  command
    .command("check <FILE>")
    .description("Whether any entry was changed, taken out or put in since it was written.")
    .option(
      "--holds <HASH>",
      "the last entry's hash as it was noted earlier: nothing up to it may be missing",
    )
    .option("--json", "as JSON")
    .action(async (file: string, { holds, json }: { readonly holds?: string; readonly json?: boolean }) => {
      const { last, held } = await checkFile(file, holds);
      if (!held)
        throw new DelineateError(
          "broken-audit",
          `The entry with the hash ${holds} is not in ${file}: its end was cut off, or it is another log.`,
        );
      const entries = last?.number ?? 0;
      printResult(
        json,
        { entries, last: last?.hash ?? null },
        `${entries} entries, none changed; the last one's hash: ${last?.hash ?? "none"}`,
      );
    });
}

/** Throws `broken-audit` at the first entry that is wrong, `file-not-found` and `file-unreadable`. */
async function checkFile(
  file: string,
  holds: string | undefined,
): Promise<{ readonly last: AuditEntry | undefined; readonly held: boolean }> {
  const { ChainCheck } = await import("#workspace/accounts/audit-chain.ts");
  const check = new ChainCheck();
  let held = holds === undefined;
  let line = 0;
  for await (const text of linesOf(file)) {
    line++;
    const entry = parseEntry(text);
    const problem = entry === undefined ? "is no entry of an audit log." : check.next(entry);
    if (problem !== undefined) throw new DelineateError("broken-audit", `${file}, line ${line}: ${problem}`);
    if (entry?.hash === holds) held = true;
  }
  return { last: check.last, held };
}

async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(file) });
  } catch (cause) {
    throw unreadable(file, cause as NodeJS.ErrnoException);
  }
}

function parseEntry(text: string): AuditEntry | undefined {
  try {
    return auditEntrySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

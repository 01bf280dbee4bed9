/** `delineate fetch` on the command line: what a PACS has, and a study of it into a folder, over DICOMweb. */
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { DelineateError } from "#core/errors.ts";
import type { WebPeer } from "#pacs/dicomweb/client.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { refuseExisting, writeFileAtomic } from "#platform/write-file.ts";
import { printResult, table } from "../output.ts";

type Options = {
  readonly patient?: string;
  readonly study?: string;
  readonly series?: string;
  readonly out?: string;
  readonly user?: string;
  readonly json?: boolean;
};

export function fetchVerb(command: Command): void {
  command
    .option("--patient <ID>", "list the series of this Patient ID")
    .option("--study <UID>", "list the series of this study; with --out fetch it")
    .option("--series <UID>", "of the study this series alone")
    .option("--out <DIR>", "new folder for the files")
    .option(
      "--user <NAME>",
      "user name; its password, or without a name a token, in DELINEATE_DICOMWEB_SECRET",
    )
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate fetch https://pacs.example/dicom-web --patient 4711\n  $ delineate fetch https://pacs.example/dicom-web --study 1.2.3 --out study",
    )
    .action(async (url: string, { json, ...options }: Options) => {
      const peer = {
        url: url.replace(/\/+$/, ""),
        username: options.user,
        secret: process.env.DELINEATE_DICOMWEB_SECRET,
      };
      const uids = [options.study, options.series].filter((uid) => uid !== undefined);
      if (uids.some((uid) => !/^[\d.]{1,64}$/.test(uid)))
        throw new DelineateError("usage", "A UID has digits and dots only, at most 64 of them.");
      if (options.out === undefined) await list(peer, options, json);
      else await fetchStudy(peer, { ...options, out: options.out }, json);
    });
}

async function list(peer: WebPeer, { patient, study }: Options, json: boolean | undefined): Promise<void> {
  if (patient === undefined && study === undefined)
    throw new DelineateError("usage", "Say whose series to list: --patient ID or --study UID.");
  const { findSeries } = await import("#pacs/dicomweb/client.ts");
  const found = await findSeries(peer, {
    ...(patient !== undefined && { PatientID: patient }),
    ...(study !== undefined && { StudyInstanceUID: study }),
  });
  const rows = found.map((series) => [
    series.studyDate,
    series.modality,
    String(series.instances ?? ""),
    series.description,
    series.studyInstanceUid,
    series.seriesInstanceUid,
  ]);
  const header = ["date", "modality", "instances", "description", "study", "series"];
  printResult(json, found, rows.length === 0 ? "No series." : table(header, rows));
}

type FetchOptions = Options & { readonly out: string };

/** The folder is there when it is whole. */
async function fetchStudy(
  peer: WebPeer,
  { study, series, out }: FetchOptions,
  json: boolean | undefined,
): Promise<void> {
  if (study === undefined) throw new DelineateError("usage", "Say what to fetch: --study UID.");
  await refuseExisting(out);
  const { retrieve } = await import("#pacs/dicomweb/client.ts");
  const progress = createTerminalProgress();
  const partial = `${out}.${process.pid}.partial`;
  let count = 0;
  try {
    await mkdir(partial, { recursive: true });
    for await (const instance of retrieve(peer, { study, series })) {
      count++;
      await writeFileAtomic(join(partial, `${String(count).padStart(6, "0")}.dcm`), instance);
      progress.report("fetching", count, count);
    }
    await rename(partial, out);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  printResult(json, { out, files: count }, `${count} files in ${out}.`);
}

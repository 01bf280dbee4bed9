/**
 * `delineate fetch` on the command line: what a PACS has, over DICOM (C-FIND) or DICOMweb (QIDO-RS). A study of it comes into a folder
 * over DICOMweb (WADO-RS); over DICOM the PACS sends it to the running service (C-MOVE), by whose rules it becomes a patient.
 */
import { join } from "node:path";
import type { Command } from "commander";
import { counted } from "#core/counted.ts";
import { DelineateError } from "#core/errors.ts";
import type { WebPeer } from "#pacs/dicomweb/client.ts";
import type { Peer } from "#pacs/dimse/request-association.ts";
import type { FoundSeries, SeriesQuery } from "#pacs/found-series.ts";
import type { Clinic } from "#pacs/rules/clinic.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { writeFileAtomic, writeFolderAtomic } from "#platform/write-file.ts";
import { printResult, table } from "../output.ts";

type Options = {
  readonly config?: string;
  readonly patient?: string;
  readonly accession?: string;
  readonly date?: string;
  readonly study?: string;
  readonly series?: string;
  readonly out?: string;
  readonly toWorklist?: boolean;
  readonly user?: string;
  readonly json?: boolean;
};

type Dicom = { readonly dicom: Peer; readonly clinic: Clinic };
type Web = { readonly web: WebPeer };

export function fetchVerb(command: Command): void {
  command
    .option("--config <FILE>", "YAML of the clinic's network, in which <PEER> is a name (docs/clinic.md)")
    .option("--patient <ID>", "list the series of this Patient ID")
    .option("--accession <NUMBER>", "list the series of this accession number")
    .option("--date <DAY>", "list the series of this day, 20260131, or of these, 20260101-20260131")
    .option("--study <UID>", "list the series of this study; with --out or --to-worklist fetch it")
    .option("--series <UID>", "of the study fetch this series alone")
    .option("--out <DIR>", "over DICOMweb: new folder for the files")
    .option(
      "--to-worklist",
      "over DICOM: the peer sends it to the running service, where it becomes a patient by the rules",
    )
    .option(
      "--user <NAME>",
      "of a URL: user name; its password, or without a name a token, in DELINEATE_DICOMWEB_SECRET",
    )
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate fetch pacs --config clinic.yaml --patient 4711\n  $ delineate fetch pacs --config clinic.yaml --study 1.2.3 --to-worklist\n  $ delineate fetch https://pacs.example/dicom-web --patient 4711\n  $ delineate fetch https://pacs.example/dicom-web --study 1.2.3 --out study",
    )
    .action(async (name: string, { json, ...options }: Options) => {
      checkForms(options);
      const peer = await peerOf(name, options);
      if (options.toWorklist === true) await sendToWorklist(peer, options, json);
      else if (options.out !== undefined) await fetchStudy(peer, { ...options, out: options.out }, json);
      else await list(peer, options, json);
    });
}

/** Throws `usage`. */
function checkForms({ study, series, date, out, toWorklist }: Options): void {
  const uids = [study, series].filter((uid) => uid !== undefined);
  if (uids.some((uid) => !/^[\d.]{1,64}$/.test(uid)))
    throw new DelineateError("usage", "A UID has digits and dots only, at most 64 of them.");
  if (date !== undefined && !/^\d{8}(-\d{8})?$/.test(date))
    throw new DelineateError("usage", "Expected a day such as 20260131, or two with - between them.");
  if (out !== undefined && toWorklist === true)
    throw new DelineateError("usage", "Give --out or --to-worklist, not both.");
  if ((out !== undefined || toWorklist === true || series !== undefined) && study === undefined)
    throw new DelineateError("usage", "Say of which study: --study UID.");
}

async function peerOf(name: string, { config, user }: Options): Promise<Dicom | Web> {
  if (/^https?:\/\//.test(name)) {
    const secret = process.env.DELINEATE_DICOMWEB_SECRET;
    return { web: { url: name.replace(/\/+$/, ""), username: user, secret } };
  }
  if (config === undefined)
    throw new DelineateError(
      "usage",
      `${name} is no URL: to fetch from a peer by its name say in which file it stands, --config FILE.`,
    );
  if (user !== undefined)
    throw new DelineateError(
      "usage",
      `--user is for a URL: what ${name} signs in with stands in ${config}. Leave it out.`,
    );
  const { readClinic } = await import("#pacs/rules/read-clinic.ts");
  const { findPeer } = await import("#pacs/rules/find-peer.ts");
  return findPeer(name, await readClinic(config));
}

async function list(peer: Dicom | Web, options: Options, json: boolean | undefined): Promise<void> {
  const { patient, accession, date, study } = options;
  const query: SeriesQuery = {
    ...(patient !== undefined && { PatientID: patient }),
    ...(accession !== undefined && { AccessionNumber: accession }),
    ...(date !== undefined && { StudyDate: date }),
    ...(study !== undefined && { StudyInstanceUID: study }),
  };
  if (Object.keys(query).length === 0)
    throw new DelineateError("usage", "Say what to list: --patient, --accession, --date or --study.");
  const foundSeries = await find(peer, query);
  const rows = foundSeries.map((series) => [
    series.patientId,
    series.studyDate,
    series.modality,
    String(series.instances ?? ""),
    series.description,
    series.studyInstanceUid,
    series.seriesInstanceUid,
  ]);
  const header = ["patient", "date", "modality", "instances", "description", "study", "series"];
  printResult(json, foundSeries, rows.length === 0 ? "No series." : table(header, rows));
}

async function find(peer: Dicom | Web, query: SeriesQuery): Promise<FoundSeries[]> {
  if ("web" in peer) return (await import("#pacs/dicomweb/client.ts")).findSeries(peer.web, query);
  const { findSeries } = await import("#pacs/dimse/find.ts");
  return findSeries(peer.dicom, peer.clinic.aeTitle, query);
}

/** The folder is there when it is whole. */
async function fetchStudy(
  peer: Dicom | Web,
  { study = "", series, out }: Options & { readonly out: string },
  json: boolean | undefined,
): Promise<void> {
  if ("dicom" in peer)
    throw new DelineateError(
      "usage",
      "Over DICOM a peer sends to the running service: give --to-worklist in place of --out, or fetch over DICOMweb.",
    );
  const { retrieve } = await import("#pacs/dicomweb/client.ts");
  const signal = interruptSignal("Stopping; what was fetched so far is removed.");
  const progress = createTerminalProgress();
  let count = 0;
  await writeFolderAtomic(out, async (partial) => {
    for await (const instance of retrieve(peer.web, { study, series }, signal)) {
      count++;
      await writeFileAtomic(join(partial, `${String(count).padStart(6, "0")}.dcm`), instance);
      progress.report("fetching", count, count);
    }
  });
  printResult(json, { out, files: count }, `${counted(count, "file")} in ${out}.`);
}

async function sendToWorklist(
  peer: Dicom | Web,
  { study = "", series }: Options,
  json: boolean | undefined,
): Promise<void> {
  if ("web" in peer)
    throw new DelineateError(
      "usage",
      "Over DICOMweb nothing is sent to the worklist: give --out, then add the folder there.",
    );
  const { dicom, clinic } = peer;
  const { aeTitle: callingAe, listener } = clinic;
  if (!listener.callers.some(({ aeTitle }) => aeTitle === dicom.aeTitle))
    throw new DelineateError(
      "usage",
      `The service would refuse what ${dicom.aeTitle} sends: add it to the listener's callers in the configuration, and start the service again.`,
    );
  const { move } = await import("#pacs/dimse/move.ts");
  const progress = createTerminalProgress();
  const { completed, warned } = await move(
    dicom,
    { callingAe, destination: callingAe, study, series },
    {
      signal: interruptSignal("The peer is asked to stop."),
      onProgress: (counts) => {
        const done = counts.completed + counts.warned + counts.failed;
        progress.report("sending", done, done + counts.remaining);
      },
    },
  );
  const sent = completed + warned;
  const remark = warned === 0 ? "" : ` ${warned} of them were taken with a remark.`;
  printResult(json, { sent, warned }, `${sent} instances were sent to ${callingAe}.${remark}`);
}

/**
 * From the spool to the workspace, one complete series at a time. Of a CT that is new a case is made, by the way that uploads go;
 * of one that is on the worklist each instance is compared with what was taken: the same is the same, anything else is set
 * apart and becomes a finding of the patient. Structure sets wait for their CT. Done again after a kill it comes to the same.
 */
import { randomUUID } from "node:crypto";
import { link, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ctImageStorage } from "#dicom/ct/write-ct.ts";
import { number } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import type { Clinic } from "#pacs/rules/clinic.ts";
import { ruleFor } from "#pacs/rules/match-rule.ts";
import { firstHeader, identifyInstance } from "#patients/instance-file.ts";
import { addFindings, announce } from "#workspace/records/cases.ts";
import { isRouted, routeCase } from "#workspace/records/deliveries.ts";
import { casesOf, importFolder } from "#workspace/work/upload/import-cases.ts";
import { readUpload } from "#workspace/work/upload/read-upload.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { apartSentence, compareWithCase } from "./compare-with-case.ts";
import type { Spool, SpooledFile } from "./spool.ts";

const shortSentence = (announced: number, arrived: number): string =>
  `This CT has ${announced} images by what its sender says of the series, and ${arrived} came: it may lack slices. Compare with the PACS; if it does, remove this patient and send the series again.`;

const unroutedSentence = ({ name, sendTo }: Clinic["rules"][number]): string =>
  `By the rule "${name}" the contours of this CT would go to ${sendTo.join(", ")}, but it was here before it was sent by that rule: nothing goes out. Send the signed file there yourself, or remove this patient and send the series again.`;

type Taking = {
  readonly workspace: Workspace;
  readonly spool: Spool;
  readonly rules: Clinic["rules"];
  /** A CT or a structure set is there: there is work. */
  readonly onCase: () => void;
  /** For the service's log: what could not be taken. Without a patient. */
  readonly onRefusal: (sentence: string) => void;
};

/** Throws what reading, importing and the disk throw: the series waits in the spool as it was then. */
export async function takeSeries(taking: Taking, seriesUid: string): Promise<void> {
  const files = await taking.spool.filesOf(seriesUid);
  if (files.length === 0) {
    await lookApart(taking, seriesUid);
    return;
  }
  const { sopClassUid } = await identifyInstance(files[0].path);
  if (sopClassUid !== ctImageStorage) {
    await takeSets(taking, seriesUid, files);
    return;
  }
  // A sender may pause after the first image, which alone was no volume.
  await taking.spool.takeBack(seriesUid);
  await takeCt(taking, seriesUid, await taking.spool.filesOf(seriesUid));
}

/** Other contents that came while the first ones were being taken are not told of yet. */
async function lookApart(taking: Taking, seriesUid: string): Promise<void> {
  const [caseId] = await casesOf(taking.workspace, [seriesUid]);
  if (caseId !== undefined && (await taking.spool.hasApart(seriesUid)))
    await compareWithCase(taking, { caseId, seriesUid, files: [], isCt: true });
}

async function takeCt(taking: Taking, seriesUid: string, files: readonly SpooledFile[]): Promise<void> {
  const { workspace, spool, rules, onCase, onRefusal } = taking;
  const header = await firstHeader(files);
  const rule = header && ruleFor(rules, header);
  const takeKnown = async (caseId: string): Promise<void> => {
    if (rule !== undefined && rule.sendTo.length > 0 && !(await isRouted(workspace.db, caseId)))
      await addFindings(workspace, caseId, [unroutedSentence(rule)]);
    await compareWithCase(taking, { caseId, seriesUid, files, isCt: true });
  };
  const [known] = await casesOf(workspace, [seriesUid]);
  if (known !== undefined) {
    await takeKnown(known);
    return;
  }
  const announced = header === undefined ? 0 : (number(header, tags.NumberOfSeriesRelatedInstances) ?? 0);
  const { cases, problems } = await importFolder(workspace, await stage(workspace, files), {
    ...(rule?.model === undefined ? {} : { modelId: rule.model }),
    findings: [
      ...((await spool.hasApart(seriesUid)) ? [apartSentence] : []),
      // Nothing came for a while, since the sender broke off: at its ends a volume may lack slices and look whole.
      ...(announced > files.length ? [shortSentence(announced, files.length)] : []),
    ],
    onCreated: async (db, caseId) => {
      if (rule !== undefined) await routeCase(db, caseId, { rule: rule.name, peers: rule.sendTo });
    },
  });
  if (cases.length > 0) {
    await spool.forget(files);
    onCase();
    return;
  }
  // An upload may have brought it a moment ago.
  const [caseId] = await casesOf(workspace, [seriesUid]);
  if (caseId !== undefined) {
    await takeKnown(caseId);
    return;
  }
  await spool.refuse(seriesUid, files);
  onRefusal(
    `Series ${seriesUid} was not taken, its files are in spool/refused. Send it again once it is corrected. ${problems.join(" ")}`,
  );
}

/** Of structure sets and segmentations: those whose CT is here; the others wait for theirs. */
async function takeSets(taking: Taking, seriesUid: string, files: readonly SpooledFile[]): Promise<void> {
  const { workspace, spool, onCase, onRefusal } = taking;
  const { sets } = await readUpload(spool.folderOf(seriesUid));
  let sentAgain = false;
  for (const file of files) {
    const set = sets.find(({ path }) => path === file.path);
    // One that names no CT would wait for ever.
    if (set === undefined || set.referencedSeries.length === 0) {
      sentAgain = (await spool.refuseSet(seriesUid, file)) || sentAgain;
      const why = set === undefined ? "cannot be read" : "names no CT series: upload it together with its CT";
      onRefusal(`A structure set of series ${seriesUid} ${why}. It is in spool/unreadable.`);
      continue;
    }
    const [caseId] = await casesOf(workspace, set.referencedSeries);
    if (caseId === undefined) continue;
    const fresh = await compareWithCase(taking, { caseId, seriesUid, files: [file], isCt: false });
    if (fresh.length === 0) continue;
    await importFolder(workspace, await stage(workspace, fresh));
    await spool.forget(fresh);
    await announce(workspace, caseId);
    onCase();
  }
  if (sentAgain) await takeSeries(taking, seriesUid);
}

/** As an upload that is being taken. The files stay in the spool, under a second name, until the case is recorded. */
async function stage({ uploads }: Workspace, files: readonly SpooledFile[]): Promise<string> {
  const folder = join(uploads, `${randomUUID()}.taken`);
  await mkdir(join(folder, "files"), { recursive: true });
  for (const [at, { path }] of files.entries()) await link(path, join(folder, "files", `${at}.dcm`));
  return folder;
}

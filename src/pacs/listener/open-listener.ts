/**
 * The DICOM listener of a running workspace: who is in the configuration may send CT images, structure sets and segmentations; each
 * is in the spool before success is answered, and a series that is complete becomes a case.
 */

import { join } from "node:path";
import { codeOf, DelineateError, type ErrorCode } from "#core/errors.ts";
import { isCompressed } from "#dicom/ct/codecs.ts";
import { readableSyntaxes } from "#dicom/ct/stored-pixels.ts";
import { ctImageStorage } from "#dicom/ct/write-ct.ts";
import { number } from "#dicom/dataset/dataset.ts";
import { isUid } from "#dicom/dataset/uid.ts";
import { tags } from "#dicom/dictionary.ts";
import { rtStructureSetStorage } from "#dicom/rtstruct/read-rtstruct.ts";
import { segmentationStorage } from "#dicom/seg/write-seg.ts";
import { statuses } from "#pacs/dimse/command.ts";
import { listen } from "#pacs/dimse/listen.ts";
import type { IncomingInstance, StorageService } from "#pacs/dimse/serve-association.ts";
import type { TlsIdentity } from "#pacs/dimse/tls-identity.ts";
import type { Clinic } from "#pacs/rules/clinic.ts";
import { firstHeader } from "#patients/instance-file.ts";
import { undefinedIfMissing } from "#platform/missing.ts";
import { isAway } from "#workspace/files/file-store.ts";
import { spoolFolder } from "#workspace/files/set-apart.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { createSeriesClock, type SeriesClock } from "./series-clock.ts";
import { openSpool, type Spool } from "./spool.ts";
import { takeSeries } from "./take-series.ts";

type Listener = { readonly port: number; close(): Promise<void> };

type Parts = {
  readonly workspace: Workspace;
  /** There is new work. */
  readonly wake: () => void;
  /** For the service's log. Without a patient. */
  readonly log: (sentence: string) => void;
};

/**
 * Deflated data sets are not offered: what unfolds from one has no bound before it is there. Its sender has to be able to send the
 * same in implicit VR (PS3.5 10.1).
 */
const deflated = "1.2.840.10008.1.2.1.99";
const taken: ReadonlySet<string> = new Set([...readableSyntaxes].filter((syntax) => syntax !== deflated));
/** Structure sets and segmentations are read uncompressed. */
const plain: ReadonlySet<string> = new Set([...taken].filter((syntax) => !isCompressed(syntax)));

const classes: StorageService["classes"] = new Map([
  [ctImageStorage, taken],
  [rtStructureSetStorage, plain],
  [segmentationStorage, plain],
]);

/** What waited in the spool is taken up. `identity`: for a listener over TLS. Throws `usage` where the port cannot be had. */
export async function openListener(
  { aeTitle, listener, rules }: Clinic,
  identity: TlsIdentity | undefined,
  parts: Parts,
): Promise<Listener> {
  const { workspace, wake, log } = parts;
  const spool = await openSpool(join(workspace.folder, spoolFolder));
  const takeUp = async (): Promise<void> => {
    for (const seriesUid of await spool.series()) clock.notice(seriesUid);
  };
  const taking = { workspace, spool, rules, onCase: wake, onRefusal: log };
  const clock = createSeriesClock(
    listener.quietSeconds * 1000,
    (seriesUid) => takeSeries(taking, seriesUid),
    // The series waits in the spool until the files' store is there again.
    (error) => (isAway(error) ? log(String(error)) : workspace.onFault(error)),
  );
  await takeUp();
  const { host, port, callers } = listener;
  const addresses = new Set(callers.flatMap((caller) => caller.addresses));
  const listening = await listen(
    { host, port, addresses, identity: listener.tls ? identity : undefined },
    {
      aeTitle,
      classes,
      admits: (callingAe, address) =>
        callers.some((caller) => caller.aeTitle === callingAe && caller.addresses.includes(address)),
      store: (instance) => storeInstance(instance, { workspace, spool, clock }),
      onRefusal: log,
    },
  );
  const endCases = onNewCase(workspace, () => {
    takeUp().catch(workspace.onFault);
  });
  return {
    port: listening.port,
    close: async () => {
      endCases();
      await listening.close();
      await clock.close();
    },
  };
}

/**
 * Structure sets may have waited for it, whichever way it came: CTs are uploaded as well as sent. Gives the function that ends it.
 */
function onNewCase({ feed }: Pick<Workspace, "feed">, act: () => void): () => void {
  const known = new Set<string>();
  return feed.subscribe(
    (event) => {
      if (event.type !== "case" || known.has(event.data.id)) return;
      known.add(event.data.id);
      act();
    },
    // Something was missed: it may have been a new case.
    act,
  );
}

type Storing = {
  readonly workspace: Pick<Workspace, "quota" | "onFault">;
  readonly spool: Spool;
  readonly clock: SeriesClock;
};

/** PS3.4 B.2.3: A700. */
const full: readonly ErrorCode[] = ["disk-full", "quota-reached"];

/** The status to answer: success only for what is on the disk. */
async function storeInstance(
  instance: IncomingInstance,
  { workspace: { quota, onFault }, spool, clock }: Storing,
): Promise<number> {
  if (!isUid(instance.sopInstanceUid)) return statuses.notUnderstood;
  try {
    await quota.admit(0);
    const identity = await spool.receive(
      { ...instance, data: counted(instance.data, (bytes) => quota.add(bytes)) },
      ({ sopClassUid, sopInstanceUid }) =>
        sopClassUid === instance.sopClassUid && sopInstanceUid === instance.sopInstanceUid,
    );
    if (identity === undefined) return statuses.differsFromClass;
    const { seriesInstanceUid } = identity;
    if (await isComplete(spool, seriesInstanceUid, identity.sopClassUid)) clock.complete(seriesInstanceUid);
    else clock.heard(seriesInstanceUid);
    return statuses.success;
  } catch (error) {
    if (error instanceof DelineateError)
      return full.includes(error.code) ? statuses.outOfResources : statuses.notUnderstood;
    if (!(error instanceof Error && "syscall" in error)) throw error;
    onFault(error);
    return codeOf(error) === "ENOSPC" ? statuses.outOfResources : statuses.processingFailure;
  }
}

async function* counted(
  data: IncomingInstance["data"],
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const part of data) {
    count(part.length);
    yield part;
  }
}

/** A CT of which the PACS says the number of instances (0020,1209), and so many wait. */
async function isComplete(spool: Spool, seriesUid: string, sopClassUid: string): Promise<boolean> {
  if (sopClassUid !== ctImageStorage) return false;
  const files = await spool.filesOf(seriesUid);
  if (files.length === 0) return false;
  const header = await firstHeader(files).catch(undefinedIfMissing);
  // Taken a moment ago, the series with it; or all are damaged.
  if (header === undefined) return false;
  return number(header, tags.NumberOfSeriesRelatedInstances) === files.length;
}

/**
 * The contours of several observers of one patient. Either one structure set holds an ROI for each observer, told by a
 * group in the pattern of names ("GTV-1vis-(\d)"), or each observer has a file, or a folder, which names him.
 */
import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import type { Reading } from "#evaluate/observers/agreement.ts";
import { placeOnGrid } from "#formats/place-on-grid.ts";
import { joinMasks, type LoadedRoi, type MaskFile, masksOf } from "#patients/masks/load-masks.ts";
import { patientName } from "#patients/pair-patients.ts";

/** A mask file of a patient, and the observer whose folder it lies in, where each has one. */
export type ObserverFile = { readonly file: MaskFile; readonly observer: string | undefined };

type ReadingsOptions = {
  readonly ct: CtVolume | undefined;
  /**
   * Name or regular expression. Its group named `observer`, or else its first, is the observer; its group named `session`
   * tells apart several contours by one observer. Without such a group the folder or the file is the observer, and all its
   * ROIs that match are joined.
   */
  readonly roi: string | undefined;
  readonly resample: boolean;
};

/**
 * In the order of observers and sessions, all on one grid: the CT's, or the first file's. Of several files those without an
 * ROI that matches are passed over. Throws `no-such-roi` if none has one, `several-rois` for two contours of one observer
 * in one session, and what reading masks throws.
 */
export function loadReadings(
  files: readonly ObserverFile[],
  options: ReadingsOptions,
): { readonly readings: readonly Reading[]; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const readings = new Map<string, Reading>();
  let nothing: DelineateError | undefined;
  for (const { file, observer: folder } of files) {
    let rois: readonly LoadedRoi[];
    try {
      const loaded = masksOf(file, options);
      rois = loaded.rois;
      findings.push(...loaded.findings);
    } catch (error) {
      if (!(error instanceof DelineateError) || error.code !== "no-such-roi") throw error;
      nothing = error;
      continue;
    }
    for (const [key, { observer, session, readerRois }] of byReader(
      rois,
      folder ?? patientName(file.path),
      options.roi,
    )) {
      if (readings.has(key)) {
        const who = session === "" ? observer : `${observer} in session ${session}`;
        throw new DelineateError(
          "several-rois",
          `${file.path} holds a second contour of observer ${who}: name the observer, or the session, by a group in --roi.`,
        );
      }
      const grid = options.ct?.grid ?? [...readings.values()][0]?.mask.grid;
      const joined = joinMasks(readerRois);
      const placed = grid === undefined ? { mask: joined, findings: [] } : placeOnGrid(joined, grid, options);
      findings.push(...placed.findings);
      readings.set(key, { observer, session, mask: placed.mask });
    }
  }
  if (readings.size === 0) {
    const paths = files.map(({ file }) => file.path).join(", ");
    throw nothing ?? new DelineateError("no-such-roi", `There is no ROI in ${paths}.`);
  }
  const sorted = [...readings].sort(([a], [b]) => (a < b ? -1 : 1));
  return { readings: sorted.map(([, reading]) => reading), findings };
}

type ReaderRois = { readonly observer: string; readonly session: string; readonly readerRois: LoadedRoi[] };

/** One file's ROIs by observer and session. */
function byReader(
  rois: readonly LoadedRoi[],
  fileObserver: string,
  pattern: string | undefined,
): Map<string, ReaderRois> {
  const readers = new Map<string, ReaderRois>();
  for (const roi of rois) {
    // A name that equals the pattern was chosen by that, as in every other verb; a mask without a name by none.
    const match =
      pattern === undefined || !roi.named || roi.name === pattern
        ? null
        : new RegExp(`^(?:${pattern})$`, "iu").exec(roi.name.trim());
    const { observer: namedObserver, session = "" } = match?.groups ?? {};
    const observer = namedObserver ?? (session === "" ? match?.[1] : undefined) ?? fileObserver;
    const key = `${observer}\n${session}`;
    const reader = readers.get(key) ?? { observer, session, readerRois: [] };
    reader.readerRois.push(roi);
    readers.set(key, reader);
  }
  return readers;
}

/** Chooses the CT series among the frames that were found, and assembles its volume. Ordering is stack-slices.ts. */

import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { characterSetFindings } from "#dicom/dataset/character-sets.ts";
import { characterSetOf, type DataSet, text } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import type { CtIdentity } from "#dicom/rtstruct/ct-of-set.ts";
import { voxelCount } from "#geometry/grid.ts";
import type { CtFrame } from "./ct-frames.ts";
import type { CtVolume } from "./ct-volume.ts";
import type { PixelCounts } from "./read-pixels.ts";
import { type StackedSeries, stackSlices } from "./stack-slices.ts";

export type CtSeries = CtIdentity & { readonly frames: readonly CtFrame[] };

/** Series in the order of their number, then their UID. */
export function groupSeries(frames: readonly CtFrame[]): CtSeries[] {
  const groups = new Map<string, CtFrame[]>();
  for (const frame of frames) {
    const group = groups.get(frame.seriesInstanceUid);
    if (group === undefined) groups.set(frame.seriesInstanceUid, [frame]);
    else group.push(frame);
  }
  const order = (series: CtSeries): number => Number(text(series.frames[0].header, tags.SeriesNumber) ?? 0);
  return [...groups]
    .map(([seriesInstanceUid, members]) => ({
      seriesInstanceUid,
      frameOfReferenceUid: members[0].frameOfReferenceUid,
      frames: members,
    }))
    .sort((a, b) => order(a) - order(b) || (a.seriesInstanceUid < b.seriesInstanceUid ? -1 : 1));
}

/**
 * The series called for by UID or by number in the list (from 1), or the only one with more than one slice. Throws `no-ct`,
 * `too-few-slices`, or `several-ct` with the list to choose from.
 */
export function chooseSeries(
  series: readonly CtSeries[],
  uidOrNumber: string | undefined,
  where: string,
): CtSeries {
  if (series.length === 0) {
    throw new DelineateError(
      "no-ct",
      `${where} holds no DICOM CT image that can be read. Run "delineate inspect" on it to see what it holds.`,
    );
  }
  if (uidOrNumber !== undefined) {
    const chosen =
      series.find(({ seriesInstanceUid }) => seriesInstanceUid === uidOrNumber) ??
      series[Number(uidOrNumber) - 1];
    if (chosen !== undefined) return chosen;
    throw new DelineateError(
      "no-ct",
      `${where} has no CT series ${uidOrNumber}; it has:\n${listing(series)}`,
    );
  }
  if (series.length === 1) return series[0];
  const volumes = series.filter(({ frames }) => frames.length > 1);
  if (volumes.length === 1) return volumes[0];
  if (volumes.length === 0) {
    throw new DelineateError(
      "too-few-slices",
      `${where} holds ${series.length} CT series of one slice each, and a volume needs at least 2. The export or a de-identification may have given each slice a Series Instance UID of its own: export the CT again.`,
    );
  }
  throw new DelineateError(
    "several-ct",
    `${where} holds ${series.length} CT series, ${volumes.length} of them of several slices. Choose one with --series NUMBER or UID:\n${listing(series)}`,
  );
}

function listing(series: readonly CtSeries[]): string {
  return series
    .map(({ seriesInstanceUid, frames }, index) => {
      const { columns, rows, header } = frames[0];
      const kernel = text(header, tags.ConvolutionKernel) ?? "not given";
      return `  ${index + 1}  ${frames.length} slices of ${columns} x ${rows}, kernel ${kernel}, ${seriesInstanceUid}`;
    })
    .join("\n");
}

/** Patient and study elements that a derived object copies byte for byte (PS3.3 C.7.1.1, C.7.2.1, C.7.4.1). */
const identityTags = [
  tags.SpecificCharacterSet,
  tags.StudyDate,
  tags.StudyTime,
  tags.AccessionNumber,
  tags.ReferringPhysicianName,
  tags.StudyDescription,
  tags.PatientName,
  tags.PatientID,
  tags.IssuerOfPatientID,
  tags.PatientBirthDate,
  tags.PatientBirthTime,
  tags.PatientSex,
  tags.PatientAge,
  tags.PatientSize,
  tags.PatientWeight,
  tags.EthnicGroup,
  tags.PatientComments,
  tags.PatientIdentityRemoved,
  tags.DeidentificationMethod,
  tags.StudyInstanceUID,
  tags.StudyID,
  tags.FrameOfReferenceUID,
  tags.PositionReferenceIndicator,
] as const;

function identityOf(header: DataSet): DataSet {
  return new Map(
    identityTags.flatMap((tag) => {
      const element = header.get(tag);
      // A copy: the header's bytes are a view of the whole file, which would stay in memory with it.
      return element === undefined ? [] : [[tag, { ...element, bytes: element.bytes.slice() }] as const];
    }),
  );
}

/** Reads frames, one for each slice, each into its memory: of `rows` * `columns` values. */
type ReadPixels = (frames: readonly CtFrame[], slices: readonly Int16Array[]) => AsyncIterable<PixelCounts>;

/** The volume of one series. Findings tell of padding, clamping, values that may be no HU, and what `skipped` says. */
export async function assembleCt(
  series: CtSeries,
  readPixels: ReadPixels,
  skipped: readonly Finding[],
): Promise<CtVolume> {
  const { grid, frames }: StackedSeries = stackSlices(series.frames);
  // Threads decode into it where the platform lets them.
  const Memory = globalThis.SharedArrayBuffer ?? ArrayBuffer;
  const hu = new Int16Array(new Memory(voxelCount(grid) * Int16Array.BYTES_PER_ELEMENT));
  const area = grid.size[0] * grid.size[1];
  const slices = frames.map((_, k) => hu.subarray(k * area, (k + 1) * area));
  let padded = 0;
  let clamped = 0;
  let filled = 0;
  for await (const slice of readPixels(frames, slices)) {
    filled++;
    padded += slice.padded;
    clamped += slice.clamped;
  }
  if (filled !== frames.length) throw new Error(`${filled} of ${frames.length} slices were read`);
  const findings: Finding[] = [...skipped];
  if (padded > 0) findings.push(finding("info", "padding", `${padded} padding pixels were set to -1024 HU.`));
  if (clamped > 0)
    findings.push(finding("warning", "clamped", `${clamped} pixels beyond 16 bits were clamped.`));
  const { header } = frames[0];
  findings.push(...unitFindings(frames), ...characterSetFindings(characterSetOf(header)));
  return {
    grid,
    hu,
    frameOfReferenceUid: frames[0].frameOfReferenceUid ?? "",
    studyInstanceUid: frames[0].studyInstanceUid,
    seriesInstanceUid: series.seriesInstanceUid,
    slices: frames.map(({ position, sopInstanceUid, sopClassUid, frame, multiFrame }) => ({
      position,
      sopInstanceUid,
      sopClassUid,
      ...(multiFrame ? { frameNumber: frame + 1 } : {}),
    })),
    description: {
      kernel: text(header, tags.ConvolutionKernel) ?? "not given",
      manufacturer: text(header, tags.Manufacturer) ?? "not given",
    },
    identity: identityOf(header),
    findings,
  };
}

/** One for each reason, however many slices have it. */
function unitFindings(frames: readonly CtFrame[]): Finding[] {
  const doubts = frames.flatMap(({ unitDoubt }) => (unitDoubt === undefined ? [] : [unitDoubt]));
  return [...new Set(doubts)].map((doubt) => {
    const count = doubts.filter((other) => other === doubt).length;
    const where = count === frames.length ? "The CT" : `The CT in ${count} of ${frames.length} slices`;
    return finding("warning", "not-hu", `${where} ${doubt}: its values are taken as HU.`);
  });
}

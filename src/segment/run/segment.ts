/** `delineate segment`: a CT in, its GTV out, as a file that was read back and found equal before it is delivered. */
import { randomUUID } from "node:crypto";
import { identityOf, type ModelIdentity } from "#contract/model-identity.ts";
import { counted } from "#core/counted.ts";
import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import { finding } from "#core/findings.ts";
import type { Progress } from "#core/progress.ts";
import type { Device } from "#engine/runtime/session.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { emptyMask, type Mask, volumeCc } from "#geometry/mask.ts";
import { loadModel, type RunnableModel, shippedModel } from "#model/run/load-model.ts";
import type { CaseCt } from "#patients/cohort/case-source.ts";
import { type BegunCt, beginCt, isResearchImage } from "#patients/ct/begin-ct.ts";
import { type ExportedMasks, exportMasks } from "#patients/masks/export-masks.ts";
import type { MaskFormat } from "#patients/masks/mask-formats.ts";
import { readWhole } from "#platform/missing.ts";
import { startRun, writeRecorded } from "#platform/run-record.ts";
import { programVersion } from "#platform/version.ts";
import { refuseExisting } from "#platform/write-file.ts";
import { automaticGtv, automaticRoi } from "#segment/automatic-roi.ts";
import type { CleanUp } from "#segment/clean-up.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { type Expectation, expectationSentence } from "#segment/expected-dsc.ts";
import { doubtful, nothingFound } from "./contour-warnings.ts";
import { nameInTemplate } from "./name-in-template.ts";
import { type SliceRange, sliceRange } from "./slice-range.ts";

type SegmentRequest = {
  /** A folder or file of DICOM, or a research image (NIfTI, NRRD): its contour is a mask on the image's own voxels. */
  readonly ctPath: string;
  readonly series?: string | undefined;
  /** The shipped one if left out. */
  readonly model?: string | URL | undefined;
  /** For a model that was trained elsewhere: the file that states its input and output. */
  readonly modelConfiguration?: string | undefined;
  readonly out: string;
  readonly format: MaskFormat;
  readonly roiName: string;
  /** A template of structures, which says the ROI's colour. */
  readonly structures?: string | undefined;
  /** An existing structure set of this CT that the ROI is added to. */
  readonly addTo?: string | undefined;
  readonly holes: "keyhole" | "xor";
  readonly cleanUp: CleanUp;
  readonly preview?: string | undefined;
  /** The CPU by default. */
  readonly device?: Device | undefined;
  readonly force: boolean;
};

export type SegmentResult = {
  readonly out: string;
  readonly volumeCc: number;
  readonly slices: SliceRange;
  readonly model: ModelIdentity;
  /** Networks of the program's that helped it with this CT. */
  readonly helpers: readonly ModelIdentity[];
  readonly proof: ExportedMasks["proofs"];
  /** What the contour is worth, as far as the model knows. */
  readonly expected: Expectation;
  /** Of contouring, from the CT's voxels to the mask's. */
  readonly msPerSlice: number;
  readonly previews: readonly string[];
  readonly findings: readonly Finding[];
};

/**
 * `begunCt`: the CT of the request, where its reading began before this file was loaded. Throws `no-ct` for a format that refers to
 * DICOM where the CT is a research image, and what reading, contouring and writing throw.
 */
export async function segment(
  request: SegmentRequest,
  progress: Progress,
  signal: AbortSignal,
  begunCt?: BegunCt,
): Promise<SegmentResult> {
  const clock = startRun();
  refuseReference(request);
  await refuseExisting(request.out, request);
  if (request.preview !== undefined) {
    const { refuseEarlierPreview } = await import("#pictures/run/preview.ts");
    await refuseEarlierPreview(request.preview, request);
  }
  const device = request.device ?? "cpu";
  const templateEntry = await nameInTemplate(request.roiName, request.structures);
  const addTo =
    request.addTo === undefined ? undefined : { path: request.addTo, bytes: await readWhole(request.addTo) };
  const { source, model } = await readAndLoad(request, device, { progress, signal, begunCt });
  const { ct, volume, lattice, findings: ofCt } = source;
  const fileOf = (mask: Mask, worth?: string): ExportedMasks =>
    exportMasks({
      format: request.format,
      ct: volume,
      lattice,
      rois: [automaticRoi({ mask, model, worth }, { name: request.roiName, colour: templateEntry.colour })],
      label: automaticGtv.label,
      holes: request.holes,
      addTo,
      softwareVersion: programVersion,
      writtenAt: clock.startedAt,
      uidName: randomUUID(),
      gzip: !request.out.toLowerCase().endsWith(".nii"),
    });
  // A name, a set to add to or axes that cannot be written are refused now, and not after the contouring.
  fileOf(emptyMask(ct.grid));
  const before = performance.now();
  const { mask, leftOut, expected, ...contoured } = await contourCt({ ...ct, findings: ofCt }, model, {
    cleanUp: request.cleanUp,
    progress,
    shouldStop: () => signal.aborted,
  });
  const msPerSlice = (performance.now() - before) / ct.grid.size[2];
  const slices = sliceRange(mask);
  const worth = expectationSentence(expected);
  const exported = fileOf(mask, worth);
  const findings = [
    ...templateEntry.findings,
    ...ofCt,
    ...contoured.findings,
    ...remarksOn(slices, leftOut, expected),
    ...exported.findings,
  ];
  // The overlays first: where one cannot be drawn or written, no structure set is there without its record.
  const previews =
    request.preview === undefined
      ? []
      : await preview(ct, mask, request.preview, { force: request.force, progress, signal });
  if (signal.aborted) throw new DelineateError("cancelled", "Interrupted; nothing was written.");
  const result: SegmentResult = {
    out: request.out,
    volumeCc: volumeCc(mask),
    slices,
    model: identityOf(model),
    helpers: model.helpers(),
    proof: exported.proofs,
    expected,
    msPerSlice,
    previews,
    findings,
  };
  const record = clock.record({
    verb: "segment",
    options: { ...request, model: String(request.model ?? shippedModel) },
    device,
    model: result.model,
    helpers: [...result.helpers],
    inputUids: volume === undefined ? [] : [volume.seriesInstanceUid],
    findings,
    outputs: [request.out, ...previews],
    results: { volumeCc: result.volumeCc, slices, expected, proof: exported.proofs, msPerSlice },
  });
  await writeRecorded(request.out, exported.bytes, record, request);
  await model.dispose();
  return result;
}

/** What a person must know of the contour. */
function remarksOn(slices: SliceRange, leftOut: number, expected: Expectation): Finding[] {
  const regions = `${counted(leftOut, "other region was", "other regions were")} left out: less sure, or less like a tumour.`;
  return [
    ...(slices.count === 0 ? [nothingFound()] : []),
    ...(leftOut > 0 ? [finding("info", "regions-left-out", regions)] : []),
    ...(expected.doubtful ? [doubtful(expected)] : []),
  ];
}

/** The CT and the model at once: decoding is the work of other threads. Where the model cannot be loaded, reading ends. */
async function readAndLoad(
  request: SegmentRequest,
  device: Device,
  reading: {
    readonly progress: Progress;
    readonly signal: AbortSignal;
    readonly begunCt: BegunCt | undefined;
  },
): Promise<{ readonly source: CaseCt; readonly model: RunnableModel }> {
  const { ctPath, series } = request;
  const { loaded, stop } = reading.begunCt ?? (await beginCt(ctPath, { ...reading, series }));
  const loading = openModel(request, device);
  loading.catch(stop);
  const [model, source] = await Promise.allSettled([loading, loaded]);
  if (model.status === "rejected") throw model.reason;
  if (source.status === "rejected") throw source.reason;
  return { source: source.value, model: model.value };
}

function refuseReference({ ctPath, format }: SegmentRequest): void {
  if (!isResearchImage(ctPath) || format === "nifti" || format === "nrrd") return;
  throw new DelineateError(
    "no-ct",
    `${ctPath} is no DICOM that an RTSTRUCT or a DICOM SEG could refer to: write its mask, such as --out gtv.nii.gz.`,
  );
}

async function openModel(
  { model = shippedModel, modelConfiguration }: SegmentRequest,
  device: Device,
): Promise<RunnableModel> {
  if (modelConfiguration === undefined) return loadModel(model, { device });
  const { loadExternalModel } = await import("#model/run/load-external-model.ts");
  return loadExternalModel(String(model), modelConfiguration, { device });
}

async function preview(
  ct: CtImage,
  mask: Mask,
  folder: string,
  options: { readonly force: boolean; readonly progress: Progress; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const { writePreview } = await import("#pictures/run/preview.ts");
  return writePreview(ct, { automatic: mask }, folder, options);
}

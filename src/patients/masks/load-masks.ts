/**
 * The ROIs of a file as masks, whatever its format: RTSTRUCT, DICOM SEG, NIfTI or NRRD, told by what is in it and not by
 * its ending. With a CT, all masks lie on the CT's grid; the file must belong to the CT's frame of reference.
 */
import { DelineateError } from "#core/errors.ts";
import { type Finding, findingIn } from "#core/findings.ts";
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { type DicomFile, readDicom } from "#dicom/dataset/read-dataset.ts";
import { type DrawnOn, pairedByFrame } from "#dicom/rtstruct/ct-of-set.ts";
import { rasteriseRoi } from "#dicom/rtstruct/rasterise-roi.ts";
import { isStructureSet, readStructureSet, type StructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import { selectRois } from "#dicom/rtstruct/select-rois.ts";
import { skippedSlices } from "#dicom/rtstruct/skipped-slices.ts";
import { isSegmentation, readSegmentation } from "#dicom/seg/read-seg.ts";
import { isGzip } from "#formats/gzip.ts";
import { type LabelImage, masksFromLabels } from "#formats/label-image.ts";
import { readNifti } from "#formats/nifti.ts";
import { looksLikeNifti } from "#formats/nifti-header.ts";
import { readNrrd } from "#formats/nrrd.ts";
import { looksLikeNrrd } from "#formats/nrrd-header.ts";
import { placeOnGrid } from "#formats/place-on-grid.ts";
import { type Mask, uniteMasks } from "#geometry/mask.ts";
import { readWhole } from "#platform/missing.ts";
import type { MaskFormat } from "./mask-formats.ts";
import { refuseLoss } from "./refuse-loss.ts";

export type LoadedRoi = {
  readonly name: string;
  /** False where the file has no name and "label 1" stands in for it: alone in its file such a mask matches any `roi`. */
  readonly named: boolean;
  /** RT ROI interpreted type (GTV, CTV, ...), empty where the file does not say. */
  readonly interpretedType: string;
  /** AUTOMATIC, SEMIAUTOMATIC, MANUAL, or empty where the file does not say. */
  readonly algorithm: string;
  readonly colour: readonly [number, number, number] | undefined;
  readonly mask: Mask;
};

/** An ROI of a file, its voxels not yet made. */
export type OpenedRoi = Omit<LoadedRoi, "mask"> & {
  /** Contours in the file; 0 for voxel formats. */
  readonly contours: number;
  /**
   * On the CT's grid where there is a CT. Findings of severity error say what the mask lacks (refuse-loss.ts). Throws
   * `wrong-frame-of-reference`, `grid-mismatch`.
   */
  mask(): { readonly mask: Mask; readonly findings: readonly Finding[] };
};

type OpenedRois = { readonly rois: readonly OpenedRoi[]; readonly findings: readonly Finding[] };

type LoadedMasks = {
  readonly format: MaskFormat;
  readonly rois: readonly LoadedRoi[];
  readonly findings: readonly Finding[];
};

export type LoadMasksOptions = {
  /** Needed for an RTSTRUCT: its contours have no grid of their own. */
  readonly ct?: CtReference | undefined;
  /** Name or regular expression; all ROIs without it. */
  readonly roi?: string | undefined;
  /** Nearest-neighbour resampling of a mask that lies on another grid than the CT. */
  readonly resample?: boolean;
};

/** A mask file whose bytes were read, its format known, its voxels not yet looked at. */
export type MaskFile =
  | { readonly format: "rtstruct"; readonly set: StructureSet; readonly path: string }
  | { readonly format: "seg"; readonly file: DicomFile; readonly path: string }
  | { readonly format: "nifti" | "nrrd"; readonly images: readonly LabelImage[]; readonly path: string };

/** Throws `file-not-found`, `unknown-format`, and what reading the format throws. */
export async function openMaskFile(path: string): Promise<MaskFile> {
  const bytes = await readWhole(path);
  if (looksLikeNrrd(bytes)) return { format: "nrrd", images: ofFile(path, () => readNrrd(bytes)), path };
  if (isGzip(bytes) || looksLikeNifti(bytes))
    return { format: "nifti", images: [ofFile(path, () => readNifti(bytes))], path };
  let file: DicomFile;
  try {
    file = readDicom(bytes, path);
  } catch (cause) {
    if (!(cause instanceof DelineateError) || cause.code !== "not-dicom") throw cause;
    throw new DelineateError(
      "unknown-format",
      `${path} is none of RTSTRUCT, DICOM SEG, NIfTI (.nii, .nii.gz) and NRRD.`,
      { cause },
    );
  }
  if (isStructureSet(file.dataSet)) return { format: "rtstruct", set: readStructureSet(file.dataSet), path };
  if (isSegmentation(file.dataSet)) return { format: "seg", file, path };
  throw new DelineateError("unknown-format", `${path} is DICOM, but no RTSTRUCT and no segmentation.`);
}

/** What `read` throws names the file: whoever compares two of a patient must know which to mend. */
function ofFile<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof DelineateError)) throw cause;
    throw new DelineateError(cause.code, `${path}: ${cause.message}`, { cause });
  }
}

/** What the file says it was drawn on; nothing for NIfTI and NRRD. */
export function drawnOn(file: MaskFile): DrawnOn {
  if (file.format === "rtstruct") return file.set;
  if (file.format !== "seg") return { referencedSeries: [], framesOfReference: [] };
  const { referencedSeries, frameOfReferenceUid: uid } = readSegmentation(file.file, file.path);
  return { referencedSeries, framesOfReference: uid === undefined ? [] : [uid] };
}

/**
 * The masks of an opened file, all of them whole. Throws `no-ct` for an RTSTRUCT without CT, `wrong-frame-of-reference`,
 * `grid-mismatch`, `no-such-roi`, for contours that cannot be taken their own code, and what reading throws.
 */
export function masksOf(file: MaskFile, options: LoadMasksOptions = {}): LoadedMasks {
  const opened = openRois(file, options);
  const findings = [...opened.findings];
  const rois = opened.rois.map(({ mask: make, contours: _, ...roi }): LoadedRoi => {
    const { mask, findings: roiFindings } = make();
    findings.push(...roiFindings);
    return { ...roi, mask };
  });
  refuseLoss(findings, file.path);
  return { format: file.format, rois, findings };
}

/** The ROIs that `options.roi` means, in the file's order, made into masks one at a time. Throws as `masksOf`. */
export function openRois(file: MaskFile, options: LoadMasksOptions = {}): OpenedRois {
  const { ct, roi: pattern } = options;
  if (file.format === "rtstruct") {
    if (ct === undefined) {
      throw new DelineateError(
        "no-ct",
        `${file.path} holds contours, which need the CT they were drawn on: name its folder with --ct.`,
      );
    }
    const all = file.set.rois.map((roi): OpenedRoi => {
      const { name, interpretedType, generationAlgorithm: algorithm, colour, contours } = roi;
      const mask: OpenedRoi["mask"] = () => {
        checkFrame(roi.framesOfReference, ct, file.path);
        return rasteriseRoi(roi, ct.grid, ct.slices);
      };
      return { name, named: true, interpretedType, algorithm, colour, contours: contours.length, mask };
    });
    const opened = { rois: chosen(all, pattern, file.path), findings: file.set.findings };
    return fitted(opened, file.set, ct, file.path);
  }
  if (file.format === "seg") {
    const segmentation = readSegmentation(file.file, file.path, ct?.grid.spacingMm[2]);
    const { frameOfReferenceUid: frame } = segmentation;
    if (ct !== undefined) checkFrame(frame === undefined ? [] : [frame], ct, file.path);
    const all = segmentation.segments.map((segment) =>
      ofVoxels({ ...segment, named: true }, options, file.path),
    );
    const opened = { rois: chosen(all, pattern, file.path), findings: segmentation.findings };
    return ct === undefined ? opened : fitted(opened, segmentation, ct, file.path);
  }
  const images = ofFile(file.path, () => file.images.map(masksFromLabels));
  const all = images.flatMap(({ masks }) =>
    masks.map((mask) =>
      ofVoxels({ ...mask, interpretedType: "", algorithm: "", colour: undefined }, options, file.path),
    ),
  );
  return { rois: chosen(all, pattern, file.path), findings: images.flatMap(({ findings }) => findings) };
}

/** Says of a set and its masks what speaks against `ct` as the images that they were drawn on. */
function fitted(
  { rois, findings }: OpenedRois,
  set: Pick<DrawnOn, "referencedSeries">,
  ct: CtReference,
  path: string,
): OpenedRois {
  const byFrame = !set.referencedSeries.includes(ct.seriesInstanceUid);
  return {
    rois: rois.map((roi) => ({
      ...roi,
      mask: () => {
        const { mask, findings: roiFindings } = roi.mask();
        return { mask, findings: [...roiFindings, ...skippedSlices(mask, byFrame, roi.name)] };
      },
    })),
    findings: byFrame ? [...findings, pairedByFrame(path)] : findings,
  };
}

/** Of a voxel format: placed on the CT's grid where there is a CT. */
function ofVoxels(
  { name, named, interpretedType, algorithm, colour, mask }: LoadedRoi,
  options: LoadMasksOptions,
  path: string,
): OpenedRoi {
  const grid = options.ct?.grid;
  const placed: OpenedRoi["mask"] = () => {
    if (grid === undefined) return { mask, findings: [] };
    const resample = options.resample ?? false;
    const { mask: onCt, findings } = ofFile(path, () => placeOnGrid(mask, grid, { resample }));
    return { mask: onCt, findings: findings.map((item) => findingIn(name, item)) };
  };
  return { name, named, interpretedType, algorithm, colour, contours: 0, mask: placed };
}

/** Opens a file and gives its masks: for callers that have the CT already. */
export async function loadRoiMasks(path: string, options: LoadMasksOptions = {}): Promise<LoadedMasks> {
  return masksOf(await openMaskFile(path), options);
}

/** Several masks of one grid as one: a voxel is inside that is inside any. Throws `grid-mismatch` if the grids differ. */
export function joinMasks(rois: readonly { readonly mask: Mask }[]): Mask {
  const [first, ...others] = rois.map(({ mask }) => mask);
  if (others.length === 0) return first;
  return uniteMasks(first.grid, [first, ...others.map((other) => placeOnGrid(other, first.grid).mask)]);
}

function chosen<T extends { readonly name: string; readonly named: boolean }>(
  rois: readonly T[],
  pattern: string | undefined,
  where: string,
): readonly T[] {
  // Of several without a name none is what the pattern means: together they would be a tumour with its lungs.
  if (pattern === undefined || (rois.length === 1 && !rois[0].named)) return rois;
  return selectRois(rois, pattern, where);
}

/** Throws `wrong-frame-of-reference` unless one of `frames` is the CT's, or none is given. */
function checkFrame(frames: readonly string[], ct: CtReference, where: string): void {
  if (frames.length === 0 || frames.includes(ct.frameOfReferenceUid)) return;
  throw new DelineateError(
    "wrong-frame-of-reference",
    `${where} lies in another frame of reference than the CT: it was drawn on another scan.`,
  );
}

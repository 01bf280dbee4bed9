/**
 * The one form in which a planning CT travels through the program: Int16 HU on a grid in patient space, with what a
 * structure set must copy or refer to. Not here: reading it from files (read-ct.ts).
 */

import type { PatientPoint } from "#core/coordinates.ts";
import type { Finding } from "#core/findings.ts";
import type { DataSet } from "#dicom/dataset/dataset.ts";
import type { CtImage } from "#geometry/ct-image.ts";

export type CtSlice = {
  /** Centre of the slice's first voxel as its file says it, which the grid meets within the spacing's tolerance. */
  readonly position: PatientPoint;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  /** 1-based frame of an enhanced multi-frame object; absent for single-frame images. */
  readonly frameNumber?: number;
};

export type CtVolume = CtImage & {
  readonly frameOfReferenceUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** One for each k, in order. */
  readonly slices: readonly CtSlice[];
  /** Acquisition facts for reports: never anything that identifies the patient. */
  readonly description: { readonly kernel: string; readonly manufacturer: string };
  /** Patient and study elements of the first slice, bytes untouched, to be copied to objects derived from this CT. */
  readonly identity: DataSet;
  readonly findings: readonly Finding[];
};

/** The CT without its voxels: all that a structure set copies and refers to. */
export type CtReference = Omit<CtVolume, "hu">;

/**
 * What `delineate import` writes: `cohort.json` and one file per patient in `patients/`. They refer to the source files and
 * never copy pixels. Names are pseudonyms (case-0001); neither a patient's ID nor name stands in any of them, only a
 * salted digest of the ID. File paths are those of the source folders: a cohort stays where the data may stay.
 */
import { z } from "zod";

/** Whether the distances of a cohort's voxels are the patients' own, or were only put in by who wrote the files. */
const spacings = ["known", "unknown"] as const;
export type Spacing = (typeof spacings)[number];

export const cohortSchema = z.strictObject({
  format: z.literal(1),
  /** Goes into every digest of a patient's ID: without it digests could be guessed from the list of a clinic's IDs. */
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  /** ROIs among which the primary tumour is chosen: a name or a regular expression. */
  roi: z.string().min(1),
  /** With unknown spacing nothing in cc or mm is said of a patient, and nothing that depends on it: overlap only. */
  spacing: z.enum(spacings).default("known"),
});

/** A source file as it was: another size or time is said, never read over. */
const fileSchema = z.strictObject({
  /** Relative to the patient's `root`. */
  path: z.string().min(1),
  bytes: z.int().min(0),
  modifiedMs: z.number(),
});

const roiRoles = ["primary", "node", "duplicate", "other"] as const;

const roiSchema = z.strictObject({
  name: z.string(),
  role: z.enum(roiRoles),
  /** Matches the cohort's `roi`. */
  candidate: z.boolean(),
  volumeCc: z.number().min(0),
  contours: z.int().min(0),
  /** Connected parts smaller than the documented volume. */
  tinyIslands: z.int().min(0),
  /** Contours that enclose nothing: points, open lines. */
  openContours: z.int().min(0),
  /** Contours that cannot be taken (unreadable, doubled, beside a slice's plane): the ROI is used for nothing. */
  lostContours: z.int().min(0),
  /** Position of the ROI that has the same mask. */
  duplicateOf: z.int().min(0).optional(),
});

const choiceReasons = ["only match", "by name", "by volume", "by hand", "undecided"] as const;

export const cohortPatientSchema = z.strictObject({
  format: z.literal(1),
  name: z.string().regex(/^case-\d{4,}$/),
  /** Absolute folder of the source. */
  root: z.string().min(1),
  /** Salted SHA-256 of the patient's ID; absent where the files have none (NIfTI). */
  person: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  ct: z.strictObject({
    kind: z.enum(["dicom", "nifti"]),
    files: z.array(fileSchema).min(1),
    seriesInstanceUid: z.string().optional(),
    studyInstanceUid: z.string().optional(),
    frameOfReferenceUid: z.string().optional(),
    size: z.tuple([z.int(), z.int(), z.int()]),
    spacingMm: z.tuple([z.number(), z.number(), z.number()]),
    /** Digest of each slice's histogram of HU, uniform slices left out: equal in every orientation and encoding. */
    sliceDigests: z.array(z.string()),
  }),
  target: z.strictObject({
    kind: z.enum(["rtstruct", "seg", "labels"]),
    file: fileSchema,
    /** ROIs of a label image: name and label values, as the data set's description gives them. */
    labels: z.array(z.strictObject({ name: z.string(), values: z.array(z.int()) })).optional(),
  }),
  /** In the order of the file. */
  rois: z.array(roiSchema),
  /** Positions in `rois` of the primary tumour; empty while undecided or left out by hand. */
  primary: z.array(z.int().min(0)),
  chosen: z.enum(choiceReasons),
  findings: z.array(
    z.strictObject({
      severity: z.enum(["info", "warning", "error"]),
      code: z.string(),
      message: z.string(),
      where: z.string().optional(),
    }),
  ),
});

export type CohortFile = z.infer<typeof cohortSchema>;
export type SourceFile = z.infer<typeof fileSchema>;
export type RoiEntry = z.infer<typeof roiSchema>;
export type RoiRole = (typeof roiRoles)[number];
export type ChoiceReason = (typeof choiceReasons)[number];
export type CohortPatientFile = z.infer<typeof cohortPatientSchema>;
export type LabelNames = NonNullable<CohortPatientFile["target"]["labels"]>;

/**
 * A patient's CT on the worklist and all that the review page needs to open it. Identity is shown to the person who
 * reviews and nowhere else: never in logs and messages.
 */
import { z } from "zod";
import { modelIdentitySchema } from "../model-identity.ts";
import { sentBackSchema } from "./decision.ts";
import { colourSchema, starts } from "./review.ts";

export const caseStates = [
  "received",
  "segmenting",
  "to-review",
  "in-review",
  "sent-back",
  "approved",
  "exported",
  "no-tumour",
  "failed",
] as const;
export type CaseState = (typeof caseStates)[number];

const timeSchema = z.iso.datetime();
const vector3Schema = z.tuple([z.number(), z.number(), z.number()]);

/** What an automatic contour is worth (src/segment/expected-dsc.ts). */
const expectationSchema = z.strictObject({
  /** Null for an empty contour, and for a model that was not calibrated. */
  dsc: z.number().min(0).max(1).nullable(),
  /** For each slice, null where it has no contour; null where nothing is known. */
  perSlice: z.array(z.number().min(0).max(1).nullable()).nullable(),
  meanError: z.number().nullable(),
  doubtful: z.boolean(),
  /** Why, in sentences. */
  reasons: z.array(z.string()),
});

export const caseSummarySchema = z.strictObject({
  id: z.uuid(),
  state: z.enum(caseStates),
  /** While a received CT is read and while segmenting: slices done of all; null otherwise and before the first report. */
  progress: z.strictObject({ stage: z.string(), done: z.int(), total: z.int() }).nullable(),
  /** If failed: what went wrong and what to do, one or two plain sentences. */
  failure: z.string().nullable(),
  /** Why the contour was sent back, by whom and when; null once it is signed again. */
  sentBack: sentBackSchema.nullable(),
  patientName: z.string(),
  patientId: z.string(),
  studyDate: z.string(),
  seriesDescription: z.string(),
  kernel: z.string(),
  sliceThicknessMm: z.number().nullable(),
  /** Stands for the patient in names of files; says nothing of who it is. */
  patientLabel: z.string(),
  sliceCount: z.int(),
  spacingMm: vector3Schema,
  /** Of the current GTV (the approved one, the one under review, or the automatic one); null without one. */
  gtvCc: z.number().nullable(),
  /** Of the automatic contour; null without one, and where nothing is known of its worth. */
  expected: expectationSchema.pick({ dsc: true, meanError: true, doubtful: true, reasons: true }).nullable(),
  /** The synthetic patient that comes with the program. */
  sample: z.boolean(),
  receivedAt: timeSchema,
  changedAt: timeSchema,
});
export type CaseSummary = z.infer<typeof caseSummarySchema>;

/** Where a mask to look at or compare with comes from. */
const sourceKinds = ["automatic", "structure", "version", "imported"] as const;

const maskSourceSchema = z.strictObject({
  /** Unique within the case. */
  id: z.string(),
  kind: z.enum(sourceKinds),
  /** For the list in which a person chooses, such as "Automatic, phantom 1.1" or "GTV-1, imported". */
  label: z.string(),
  volumeCc: z.number(),
  /** Of "imported": as its structure set has it. `type` is the RT ROI Interpreted Type, empty where the set does not say. */
  roi: z
    .strictObject({
      name: z.string(),
      type: z.string(),
      /** ROI Display Color (3006,002A); null without one. */
      colour: colourSchema.nullable(),
    })
    .optional(),
});
export type MaskSource = z.infer<typeof maskSourceSchema>;

/** Whom a model was trained on (src/model/trained-on.ts). */
const trainedOnSchema = z.strictObject({
  /** Such as "40 patients (cohort-1, cohort-2)". */
  summary: z.string(),
  /** Sentences: each cohort, its licence, where it is from. */
  details: z.array(z.string()),
});
export type TrainedOn = z.infer<typeof trainedOnSchema>;

/** One model's automatic contour. `id` is the id of its mask source. */
export const automaticSchema = z.strictObject({
  id: z.string(),
  model: modelIdentitySchema,
  /** Networks that it asked as well; none of contours that are older than this list. */
  helpers: z.array(modelIdentitySchema),
  trainedOn: trainedOnSchema,
  /** Probability above which a voxel is inside: what the bytes of its confidence are about. */
  threshold: z.number().gt(0).lt(1),
  /** For each slice from the feet up: voxels inside, and voxels in which the model is unsure. */
  gtvVoxels: z.array(z.int()),
  uncertainVoxels: z.array(z.int()),
  expected: expectationSchema,
  msPerSlice: z.number(),
  finishedAt: timeSchema,
});
export type Automatic = z.infer<typeof automaticSchema>;

/** A signed version: never changed and never removed while its case is kept. */
export const versionSchema = z.strictObject({
  number: z.int().min(1),
  reviewId: z.uuid(),
  /** How its review began, and whether a network or another person's contour was asked on the way (`manualTime`). */
  start: z.enum(starts),
  modelAsked: z.boolean(),
  reviewer: z.string(),
  approvedAt: timeSchema,
  comment: z.string(),
  /** How long a slice was on screen at least to count as seen; null where none does. */
  seenDwellMs: z.int().nullable(),
  /** Slices that carried GTV or doubt and were not seen, and why it was signed all the same. */
  unseenSlices: z.array(z.int()),
  unseenReason: z.string().nullable(),
  /** Targets that do not lie in each other, as sentences, and why they were signed all the same. */
  faults: z.array(z.string()),
  faultsReason: z.string().nullable(),
  /** Whose contour one of the structures was made from; null where all were drawn. */
  model: automaticSchema.shape.model.nullable(),
  /** SHA-256 of the RTSTRUCT's bytes. */
  digest: z.string(),
  structures: z.array(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      volumeCc: z.number(),
      /** As it was signed, and as the RTSTRUCT has it. */
      colour: colourSchema,
      /** How it was made from others, in words; null where it was not. */
      derivation: z.string().nullable(),
      /** What was done to it, in the log's words and how often; what was undone counts, and so does undoing. */
      done: z.array(z.strictObject({ words: z.string(), count: z.int().min(1) })),
    }),
  ),
  /** The approved GTV against the automatic one; null where there is none or both are empty. */
  dscToAutomatic: z.number().nullable(),
  addedPathLengthMm: z.number().nullable(),
  activeMs: z.int(),
  /** Of `model`'s contour; null without one. */
  expected: expectationSchema.pick({ dsc: true, meanError: true, doubtful: true, reasons: true }).nullable(),
  /** Strokes and operations, and the slices that they changed. */
  edits: z.int(),
  slicesTouched: z.int(),
  /** What was odd about the CT and what came with it. */
  findings: z.array(z.string()),
});
export type Version = z.infer<typeof versionSchema>;

export const caseDetailSchema = z.strictObject({
  summary: caseSummarySchema,
  /** The CT's grid: patient coordinates LPS, see geometry/grid.ts. */
  grid: z.strictObject({
    size: vector3Schema,
    spacingMm: vector3Schema,
    origin: vector3Schema,
    axes: z.tuple([vector3Schema, vector3Schema, vector3Schema]),
  }),
  /** The model whose contour reviews begin with; null until there is one. */
  automatic: automaticSchema.nullable(),
  sources: z.array(maskSourceSchema),
  versions: z.array(versionSchema),
  /** Numbers of those that a person decided against after they were signed. */
  withdrawn: z.array(z.int().min(1)),
  /** The open or latest review; null if nobody began. */
  reviewId: z.uuid().nullable(),
  reviewStart: z.enum(starts).nullable(),
  findings: z.array(z.string()),
});
export type CaseDetail = z.infer<typeof caseDetailSchema>;

/** The time that contouring took, by hand and assisted, over all approved reviews: the paper's comparison. */
import { z } from "zod";
import { starts } from "./review.ts";

const studyRowSchema = z.strictObject({
  caseId: z.uuid(),
  patientId: z.string(),
  /** In the table that is downloaded, where the ID would say who it is. */
  patientLabel: z.string(),
  reviewId: z.uuid(),
  start: z.enum(starts),
  reviewer: z.string(),
  beganAt: z.iso.datetime(),
  approvedAt: z.iso.datetime(),
  activeMs: z.int(),
  edits: z.int(),
  slicesTouched: z.int(),
  addedPathLengthMm: z.number().nullable(),
  dscToAutomatic: z.number().nullable(),
  volumeCc: z.number(),
  /** A network was asked on the way (`manualTime` of edit-kinds.ts): a review by hand is no measure of hand work then. */
  modelAsked: z.boolean(),
  /** Signed once more after the review was opened again: listed, and counted nowhere. The first signature counts. */
  again: z.boolean(),
  /** Whether the reviewer had the other arm of this patient open before this review began; if so, how long before. */
  arm: z.enum(["first", "second"]),
  sinceOtherArmMs: z.int().nullable(),
});

/** Of pairs in one order; null without any. */
const orderSchema = z.strictObject({ pairs: z.int(), meanSavedMinutes: z.number().nullable() });

const summarySchema = z.strictObject({
  count: z.int(),
  meanMinutes: z.number().nullable(),
  sdMinutes: z.number().nullable(),
});

export const studySchema = z.strictObject({
  rows: z.array(studyRowSchema),
  /** Of reviews by hand without a network's help. */
  manual: summarySchema,
  assisted: summarySchema,
  /** Over the patients that were contoured both ways, by hand without a network's help; null below two of them. */
  paired: z
    .strictObject({
      pairs: z.int(),
      meanSavedMinutes: z.number(),
      interval95: z.tuple([z.number(), z.number()]).nullable(),
      tTestP: z.number().nullable(),
      wilcoxonP: z.number().nullable(),
      /** By what one reviewer did first; `unrelated`: of two reviewers, who remember nothing of each other's work. */
      order: z.strictObject({ manualFirst: orderSchema, assistedFirst: orderSchema, unrelated: orderSchema }),
      /** From one arm to the other, over the pairs of one reviewer; null without any. */
      medianBetweenMs: z.number().nullable(),
    })
    .nullable(),
  /** Zhang 2020, Discussion. */
  paper: z.strictObject({ manualMinutes: z.literal(15), assistedMinutes: z.literal(10) }),
  /** Paired dot plot, SVG. Empty without rows. */
  figure: z.string(),
});
export type Study = z.infer<typeof studySchema>;

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
  approvedAt: z.iso.datetime(),
  activeMs: z.int(),
  edits: z.int(),
  slicesTouched: z.int(),
  addedPathLengthMm: z.number().nullable(),
  dscToAutomatic: z.number().nullable(),
  volumeCc: z.number(),
  /** A network was asked on the way (`manualTime` of edit-kinds.ts): a review by hand is no measure of hand work then. */
  modelAsked: z.boolean(),
});

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
    })
    .nullable(),
  /** Zhang 2020, Discussion. */
  paper: z.strictObject({ manualMinutes: z.literal(15), assistedMinutes: z.literal(10) }),
  /** Paired dot plot, SVG. Empty without rows. */
  figure: z.string(),
});
export type Study = z.infer<typeof studySchema>;

/** What a reviewer decides about a contour other than to sign it: the server writes it to the review's log. */
import { z } from "zod";

const reviewerSchema = z.string().trim().min(1).max(64);
const timeSchema = z.iso.datetime();

/** The patient has no tumour to contour. `unseenReason`: as in an approval. */
export const noTumourSchema = z.strictObject({
  reviewer: reviewerSchema,
  comment: z.string().trim().max(1000),
  unseenReason: z.string().trim().min(1).max(1000).nullable(),
});
export type NoTumour = z.infer<typeof noTumourSchema>;

/** The contour is rejected: somebody works on it again. */
export const sendBackSchema = z.strictObject({
  reviewer: reviewerSchema,
  reason: z.string().trim().min(1).max(1000),
});
export type SendBack = z.infer<typeof sendBackSchema>;

/** Who opens a signed or closed review again; empty where no name was given. */
export const reopenSchema = z.strictObject({ reviewer: z.string().trim().max(64) });

/** A contour that was sent back and not signed since. */
export const sentBackSchema = z.strictObject({ ...sendBackSchema.shape, at: timeSchema });

export const decisionSchema = z.strictObject({
  id: z.uuid(),
  at: timeSchema,
  type: z.literal("decision"),
  kind: z.enum(["no-tumour", "sent-back", "reopened"]),
  reviewer: z.string(),
  reason: z.string(),
});
export type Decision = z.infer<typeof decisionSchema>;

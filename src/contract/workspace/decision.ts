/** What a reviewer decides about a contour other than to sign it: the server writes it to the review's log. */
import { z } from "zod";
import { leaseSchema } from "./lease.ts";

const reviewerSchema = z.string().trim().min(1).max(64);
const timeSchema = z.iso.datetime();

/** The patient has no tumour to contour. `unseenReason`: as in an approval. */
export const noTumourSchema = z.strictObject({
  lease: leaseSchema,
  reviewer: reviewerSchema,
  comment: z.string().trim().max(1000),
  unseenReason: z.string().trim().min(1).max(1000).nullable(),
});
export type NoTumour = Omit<z.infer<typeof noTumourSchema>, "lease">;

/** The contour is rejected: somebody works on it again. */
const sentBackBy = { reviewer: reviewerSchema, reason: z.string().trim().min(1).max(1000) };
export const sendBackSchema = z.strictObject({ lease: leaseSchema, ...sentBackBy });
export type SendBack = Omit<z.infer<typeof sendBackSchema>, "lease">;

/** Who opens a signed or closed review again; empty where no name was given. */
export const reopenSchema = z.strictObject({ lease: leaseSchema, reviewer: z.string().trim().max(64) });

/** A contour that was sent back and not signed since. */
export const sentBackSchema = z.strictObject({ ...sentBackBy, at: timeSchema });

export const decisionSchema = z.strictObject({
  id: z.uuid(),
  at: timeSchema,
  type: z.literal("decision"),
  kind: z.enum(["no-tumour", "sent-back", "reopened"]),
  reviewer: z.string(),
  reason: z.string(),
});
export type Decision = z.infer<typeof decisionSchema>;

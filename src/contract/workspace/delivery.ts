/** Contours on their way to peers in the network, as the page for the department shows them. */
import { z } from "zod";

export const deliverySchema = z.strictObject({
  id: z.uuid(),
  caseId: z.uuid(),
  /** Stands for the patient and says nothing of who it is. */
  patientLabel: z.string(),
  /** Its name in the configuration. */
  peer: z.string(),
  /** Null for the automatic contour. */
  version: z.int().min(1).nullable(),
  /** `refused`: there is nothing to send, or a newer version is there; `remark` says which. */
  state: z.enum(["waiting", "delivered", "refused"]),
  /** Attempts that failed. */
  attempts: z.int(),
  /** Why the last attempt failed, or what the peer remarked. */
  remark: z.string().nullable(),
  plannedAt: z.iso.datetime(),
  /** When it is tried next; null unless it waits. */
  dueAt: z.iso.datetime().nullable(),
  deliveredAt: z.iso.datetime().nullable(),
});
export type Delivery = z.infer<typeof deliverySchema>;

/**
 * How a structure was made from others: CTV of GTVs, PTV of a CTV. Stands in the log with the edit that made it, so that both
 * are there or neither, and undo takes both back. Whether it still follows its sources is editing/derivation/.
 */
import { z } from "zod";

const mostMarginMm = 100;
const mostStructures = 16;

/** editing/patch/mask-fingerprint.ts as text. */
const fingerprintSchema = z.string().regex(/^[0-9a-f]{16}$/);
const sideSchema = z.number().min(0).max(mostMarginMm);

/** Towards each side of the patient, as geometry/margins/margins.ts has them. */
const marginsSchema = z.strictObject({
  anterior: sideSchema,
  posterior: sideSchema,
  left: sideSchema,
  right: sideSchema,
  superior: sideSchema,
  inferior: sideSchema,
});

/** A structure of the same review, and the voxels that it had. */
const usedSchema = z.strictObject({ structureId: z.uuid(), fingerprint: fingerprintSchema });
const usedListSchema = z.array(usedSchema).max(mostStructures);

export const derivationSchema = z.strictObject({
  /** Together: the margin runs round their union. */
  sources: usedListSchema.min(1),
  marginsMm: marginsSchema,
  trimmedToBody: z.boolean(),
  boneIsBarrier: z.boolean(),
  /** Structures that the margin neither enters nor jumps over. */
  barriers: usedListSchema,
  /**
   * Of a PTV whose CTV was as its margin made it: the GTVs and that margin. The PTV is then the GTVs with the sum of both
   * (geometry/margins/target-volumes.ts), and follows them too. Null where the sources were expanded as they stood.
   */
  origin: z.strictObject({ sources: usedListSchema.min(1), marginsMm: marginsSchema }).nullable(),
  /** The structure's voxels when it was made: others say that it was edited since. */
  made: fingerprintSchema,
  madeAt: z.iso.datetime(),
});
export type Derivation = z.infer<typeof derivationSchema>;
/** Before it is made: when that was, and which voxels came of it, is not known yet. */
export type MadeOf = Omit<Derivation, "made" | "madeAt">;
export type UsedStructure = Derivation["sources"][number];

/**
 * One person's work on one case, and its log. The log is append-only: masks are its replay, so that undo is unlimited and a
 * killed server loses nothing that was acknowledged. Every entry carries an id that the client made: sending one twice
 * changes nothing.
 */
import { z } from "zod";
import { decisionSchema } from "./decision.ts";
import { derivationSchema } from "./derivation.ts";
import { editKindNames } from "./edit-kinds.ts";
import { leaseSchema, reviewStateSchema } from "./lease.ts";
import { seenDwellMs } from "./seen.ts";

/** DICOM's types of what the workspace draws (RT ROI Interpreted Type, PS3.3 C.8.8.8.1). */
export const structureTypes = ["GTV", "CTV", "PTV", "ORGAN", "EXTERNAL", "AVOIDANCE"] as const;
export type StructureType = (typeof structureTypes)[number];

/** As the DICOM export needs it: ASCII, at most 16 characters, unique within the review. */
export const structureNameSchema = z
  .string()
  .regex(
    /^[\x21-\x7e]([\x20-\x5b\x5d-\x7e]{0,14}[\x21-\x5b\x5d-\x7e])?$/,
    "1 to 16 plain characters, no backslash",
  );

/** Red, green, blue. */
export const colourSchema = z.tuple([
  z.int().min(0).max(255),
  z.int().min(0).max(255),
  z.int().min(0).max(255),
]);

const entryBase = { id: z.uuid(), at: z.iso.datetime() };

export const logEntrySchema = z.discriminatedUnion("type", [
  z.strictObject({
    ...entryBase,
    type: z.literal("edit"),
    structureId: z.uuid(),
    /** How the change was made. */
    kind: z.enum(editKindNames),
    /** The voxels that changed sides: editing/patch/mask-patch.ts encoded, base64. Applying it twice undoes it. */
    patch: z.base64(),
    /** Of "undo" and "redo": the entry whose patch is applied once more. */
    of: z.uuid().optional(),
    /** A long stroke is saved in parts, so that little is lost: parts of one stroke are undone together. */
    stroke: z.uuid().optional(),
    /** Of "threshold": the level of the model's confidence (geometry/confidence.ts) that was applied. */
    level: z.int().min(1).max(255).optional(),
    /** Of "margin": how the structure was made. Of "unlink": null, it follows nothing from now on. */
    derivation: derivationSchema.nullable().optional(),
  }),
  z.strictObject({
    ...entryBase,
    type: z.literal("structure"),
    structureId: z.uuid(),
    name: structureNameSchema,
    structureType: z.enum(structureTypes),
    colour: colourSchema,
    /** A structure that was removed keeps its log. */
    removed: z.boolean(),
  }),
  z.strictObject({
    ...entryBase,
    type: z.literal("seen"),
    slices: z.array(z.int().min(0)).min(1),
    /** How long each was on screen at least. */
    dwellMs: z.int().min(seenDwellMs),
  }),
  /** Work since the last such entry, idle gaps left out (web/src/review/session/record/active-time.ts). */
  z.strictObject({ ...entryBase, type: z.literal("activity"), activeMs: z.int().min(0).max(600_000) }),
]);
export type LogEntry = z.infer<typeof logEntrySchema>;

/**
 * Strokes that a page drew and could not save before another page wrote (lease.ts): a piece of a log beside the log. Whoever
 * writes adds them, or leaves them out; they are never removed.
 */
export const lateSchema = z.strictObject({
  id: z.uuid(),
  /** Who drew them. */
  reviewer: z.string().trim().min(1).max(64),
  /** Edits of the log that they were drawn after: their patches are of masks as they were then. */
  after: z.int().min(0),
  entries: z.array(logEntrySchema).max(10_000),
});
export type Late = z.infer<typeof lateSchema>;

export const starts = ["assisted", "manual"] as const;

const structureSchema = z.strictObject({
  id: z.uuid(),
  name: structureNameSchema,
  type: z.enum(structureTypes),
  colour: colourSchema,
  /** The source that it began with, or null for an empty one: the log's patches apply to that. */
  beganWith: z.string().nullable(),
});

export const reviewSchema = z.strictObject({
  id: z.uuid(),
  caseId: z.uuid(),
  /** From the automatic contour, or from nothing. */
  start: z.enum(starts),
  reviewer: z.string(),
  state: reviewStateSchema,
  beganAt: z.iso.datetime(),
  activeMs: z.int(),
  seenSlices: z.array(z.int()),
  structures: z.array(structureSchema),
  /** Those that were removed, which undo brings back. */
  removedStructures: z.array(structureSchema),
  /** Closed without tumour, sent back, reopened: in order. */
  decisions: z.array(decisionSchema),
  /** All edits in order, for undo and for the ledger. */
  edits: z.array(logEntrySchema.options[0]),
  /** Entries of the log, of all types. */
  logLength: z.int(),
  /** Late strokes that nobody added or left out yet. */
  late: z.array(lateSchema),
});
export type Review = z.infer<typeof reviewSchema>;
export type ReviewStructure = Review["structures"][number];

export const appendLogSchema = z.strictObject({
  lease: leaseSchema,
  entries: z.array(logEntrySchema).min(1).max(1000),
});

export const approvalSchema = z.strictObject({
  lease: leaseSchema,
  /** Entries of the log that whoever signs has seen: a log with others is not what was looked at. */
  logLength: z.int().min(0),
  reviewer: z.string().trim().min(1).max(64),
  comment: z.string().max(1000),
  unseenReason: z.string().trim().min(1).max(1000).nullable(),
  /** Why targets that do not lie in each other are signed all the same; left out where there are none. */
  faultsReason: z.string().trim().min(1).max(1000).optional(),
});
export type Approval = Omit<z.infer<typeof approvalSchema>, "lease">;

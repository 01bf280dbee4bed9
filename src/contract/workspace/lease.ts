/**
 * Who writes a review: one page at a time, by name; others read along and may ask to take over. A page says every
 * `attendEveryMs` what it wants, so that also a server that was restarted knows.
 */
import { z } from "zod";

export const reviewStateSchema = z.enum(["open", "approved", "no-tumour"]);

/** A review that is open in one tab. */
const pageSchema = z.strictObject({ tab: z.uuid(), reviewer: z.string().trim().min(1).max(64) });
export type ReviewingPage = z.infer<typeof pageSchema>;

/** What the writer has, and sends with whatever changes the review. It is another one each time that a page begins to write. */
export const leaseSchema = z.uuid();

export const attendEveryMs = 3000;

/** A writer that was not heard of for so long is gone: any other page may take over. */
export const goneAfterMs = 20_000;

/** The writer has so long to answer who asks; then that page may take over. */
export const answerWithinMs = 30_000;

/**
 * `look`: reads, and asks no longer. `write`: writes if nobody does, or goes on. `ask`: asks the writer. `wait`: asked, and is
 * still there. `take-over`: without an answer. `hand-over`, `decline`: the writer's answers.
 */
export const attendSchema = z.strictObject({
  ...pageSchema.shape,
  act: z.enum(["look", "write", "ask", "wait", "take-over", "hand-over", "decline"]),
});
export type Attend = z.infer<typeof attendSchema>;

/**
 * In place of the tab of another page than the one that is answered: whoever knows a page's tab could speak for it. Not null,
 * at which pages of before this rule gave up and never saved again.
 */
export const anotherTab = "00000000-0000-0000-0000-000000000000";

const writingShape = {
  /** Null: nobody writes. */
  writer: z.strictObject({ ...pageSchema.shape, gone: z.boolean() }).nullable(),
  /** Who asks to take over. `due`: the time for an answer is over. */
  request: z.strictObject({ ...pageSchema.shape, due: z.boolean() }).nullable(),
  /** Of the page that asks, if it is the writer. */
  lease: leaseSchema.nullable(),
};
const whoWritesSchema = z.strictObject(writingShape);
export type WhoWrites = z.infer<typeof whoWritesSchema>;

export const attendanceSchema = z.strictObject({
  ...writingShape,
  state: reviewStateSchema,
  /** Entries of the log now: a page that knows of fewer catches up. */
  logLength: z.int(),
  /** Late strokes that nobody added or left out yet. */
  late: z.int(),
});
export type Attendance = z.infer<typeof attendanceSchema>;

/**
 * Every request of the workspace, as one table that the server registers and the browser calls: method, path, and the
 * schemas of body and answer, and which role it asks for where the workspace has accounts. Answers that are bytes: byte-routes.ts.
 */
import { z } from "zod";
import {
  accountSchema,
  auditEntrySchema,
  newUserSchema,
  passwordSchema,
  sessionSchema,
  userChangeSchema,
  userSchema,
} from "./account.ts";
import { caseDetailSchema, caseSummarySchema, versionSchema } from "./case.ts";
import { decisionSchema, noTumourSchema, reopenSchema, sendBackSchema } from "./decision.ts";
import { deliverySchema } from "./delivery.ts";
import { attendanceSchema, attendSchema, leaseSchema } from "./lease.ts";
import {
  appendLogSchema,
  approvalSchema,
  lateSchema,
  logEntrySchema,
  reviewSchema,
  starts,
} from "./review.ts";
import type { RouteRule } from "./route-rule.ts";
import { structureTemplateSchema } from "./structure-template.ts";
import { studySchema } from "./study.ts";
import { workSchema } from "./work.ts";

const nothing = z.strictObject({});
const voxel = z.tuple([z.number(), z.number(), z.number()]).readonly();

export const errorSchema = z.strictObject({
  error: z.strictObject({
    /** Of core/errors.ts, or "unexpected": a fault of the server. */
    code: z.string(),
    message: z.string(),
    /** Of "unseen-slices": which, from 0 at the feet. */
    slices: z.array(z.int()).optional(),
  }),
});

export const uploadResultSchema = z.strictObject({
  cases: z.array(caseSummarySchema),
  /** One sentence a structure set that joined its CT. */
  taken: z.array(z.string()),
  /** One sentence a file or series that could not be taken. */
  problems: z.array(z.string()),
});

export const routes = {
  /** `makingSample`: the synthetic patient is on its way to the list. */
  status: {
    method: "GET",
    access: "public",
    background: true,
    path: "/api/status",
    answer: z.strictObject({ makingSample: z.boolean() }),
  },
  listCases: {
    method: "GET",
    access: "viewer",
    background: true,
    path: "/api/cases",
    answer: z.array(caseSummarySchema),
  },
  showCase: {
    method: "GET",
    access: "viewer",
    audited: true,
    path: "/api/cases/:caseId",
    answer: caseDetailSchema,
  },
  removeCase: {
    method: "DELETE",
    access: "approver",
    audited: true,
    path: "/api/cases/:caseId",
    answer: nothing,
  },
  /** Queues the segmentation by `model` (the shipped one if null); again after a failure. */
  segmentCase: {
    method: "POST",
    access: "editor",
    audited: true,
    path: "/api/cases/:caseId/segment",
    body: z.strictObject({ model: z.string().nullable() }),
    answer: caseSummarySchema,
  },
  /** Somebody opened the case: what it waits for comes before what other cases wait for. */
  hasten: {
    method: "POST",
    access: "viewer",
    path: "/api/cases/:caseId/hasten",
    body: nothing,
    answer: nothing,
  },
  /** The tumour at a click, or in a box whose voxels are `from` <= voxel < `to`. `inside`: editing/region-cut/region-codec.ts. */
  findRegion: {
    method: "POST",
    access: "editor",
    path: "/api/cases/:caseId/region",
    body: z.union([
      z.strictObject({ click: voxel }),
      z.strictObject({ box: z.strictObject({ from: voxel, to: voxel }) }),
    ]),
    answer: z.strictObject({ from: voxel, to: voxel, inside: z.string() }),
  },
  listModels: {
    method: "GET",
    access: "viewer",
    path: "/api/models",
    answer: z.array(z.strictObject({ id: z.string(), label: z.string() })),
  },

  /** The names, types and colours that structures are offered: of the file that the server was started with, or the shipped one. */
  structureTemplate: {
    method: "GET",
    access: "viewer",
    path: "/api/structure-template",
    answer: structureTemplateSchema,
  },

  /** Files are sent one by one with PUT /api/uploads/:uploadId/file?path=..., body the raw bytes; a zip is one file. */
  beginUpload: {
    method: "POST",
    access: "editor",
    path: "/api/uploads",
    body: nothing,
    answer: z.strictObject({ uploadId: z.uuid() }),
  },
  /** Forgets what was sent: nobody waits for it any more. */
  abandonUpload: { method: "DELETE", access: "editor", path: "/api/uploads/:uploadId", answer: nothing },
  finishUpload: {
    method: "POST",
    access: "editor",
    audited: true,
    path: "/api/uploads/:uploadId/finish",
    body: nothing,
    answer: uploadResultSchema,
  },

  /** Goes on with the open review of that start, or begins one. */
  openReview: {
    method: "POST",
    access: "editor",
    audited: true,
    path: "/api/cases/:caseId/reviews",
    body: z.strictObject({
      tab: z.uuid(),
      start: z.enum(starts),
      reviewer: z.string().max(64),
      fresh: z.boolean(),
    }),
    answer: reviewSchema,
  },
  showReview: { method: "GET", access: "viewer", path: "/api/reviews/:reviewId", answer: reviewSchema },
  appendLog: {
    method: "POST",
    access: "editor",
    path: "/api/reviews/:reviewId/log",
    body: appendLogSchema,
    /** New ones, and edits and entries of all types in the review's log now. */
    answer: z.strictObject({ saved: z.int(), edits: z.int(), logLength: z.int() }),
  },
  /** The log's entries from number `from` on, counted from 0: what a page that reads along catches up with. */
  showLog: {
    method: "GET",
    access: "viewer",
    path: "/api/reviews/:reviewId/log/:from",
    answer: z.array(z.union([logEntrySchema, decisionSchema])),
  },
  /** A page with the review open says every few seconds what it wants, and hears who writes. */
  attend: {
    method: "POST",
    access: "viewer",
    background: true,
    path: "/api/reviews/:reviewId/attend",
    body: attendSchema,
    answer: attendanceSchema,
  },
  /** A page's last word. What it did not save goes to the log if it is the writer, and is kept as late strokes if not. */
  leave: {
    method: "POST",
    access: "viewer",
    path: "/api/reviews/:reviewId/leave",
    body: z.strictObject({ tab: z.uuid(), lease: leaseSchema.nullable(), unsaved: lateSchema.nullable() }),
    answer: nothing,
  },
  /** Sent twice it is kept once; without what is in the log by now. */
  keepLate: {
    method: "POST",
    access: "editor",
    path: "/api/reviews/:reviewId/late",
    body: lateSchema,
    answer: nothing,
  },
  /** Late strokes were added to the log, or are left out: they are offered no more. */
  settleLate: {
    method: "POST",
    access: "editor",
    path: "/api/reviews/:reviewId/late/:lateId",
    body: z.strictObject({ lease: leaseSchema, how: z.enum(["added", "left-out"]) }),
    answer: nothing,
  },
  approve: {
    method: "POST",
    access: "approver",
    audited: true,
    path: "/api/reviews/:reviewId/approve",
    body: approvalSchema,
    answer: versionSchema,
  },
  /** Closes the patient without a contour. */
  closeWithoutTumour: {
    method: "POST",
    access: "approver",
    audited: true,
    path: "/api/reviews/:reviewId/no-tumour",
    body: noTumourSchema,
    answer: reviewSchema,
  },
  /** Rejects the contour: the review is open, and the worklist says why. */
  sendBack: {
    method: "POST",
    access: "approver",
    audited: true,
    path: "/api/reviews/:reviewId/send-back",
    body: sendBackSchema,
    answer: reviewSchema,
  },
  /** An approved or closed review is open again; the next approval is a new version. */
  reopen: {
    method: "POST",
    access: "approver",
    audited: true,
    path: "/api/reviews/:reviewId/reopen",
    body: reopenSchema,
    answer: reviewSchema,
  },

  /** Asked before a version's file is fetched: the case is `exported` from then on. */
  exportVersion: {
    method: "POST",
    access: "editor",
    audited: true,
    path: "/api/cases/:caseId/versions/:number/export",
    body: nothing,
    answer: caseSummarySchema,
  },

  /** Who is signed in, and whether anybody has to be. */
  session: { method: "GET", path: "/api/session", access: "public", background: true, answer: sessionSchema },
  signIn: {
    method: "POST",
    path: "/api/session",
    access: "public",
    body: z.strictObject({ login: z.string().max(256), password: z.string().max(1024) }),
    answer: sessionSchema,
  },
  signOut: { method: "DELETE", path: "/api/session", access: "public", audited: true, answer: nothing },
  /** One's own; the account's other sessions end. */
  changePassword: {
    method: "POST",
    path: "/api/session/password",
    access: "viewer",
    audited: true,
    body: z.strictObject({ current: z.string().max(1024), password: passwordSchema }),
    answer: nothing,
  },
  listUsers: {
    method: "GET",
    path: "/api/users",
    access: "admin",
    background: true,
    answer: z.array(userSchema),
  },
  addUser: {
    method: "POST",
    path: "/api/users",
    access: "admin",
    audited: "account",
    body: newUserSchema,
    answer: accountSchema,
  },
  changeUser: {
    method: "POST",
    path: "/api/users/:userId",
    access: "admin",
    audited: "account",
    body: userChangeSchema,
    answer: accountSchema,
  },
  work: { method: "GET", path: "/api/work", access: "admin", background: true, answer: workSchema },
  /** The newest entries first. */
  audit: {
    method: "GET",
    path: "/api/audit",
    access: "admin",
    background: true,
    answer: z.array(auditEntrySchema),
  },

  study: { method: "GET", access: "viewer", path: "/api/study", answer: studySchema },
  /** What is sent to peers by the rules of the configuration: what could not be delivered yet first. */
  listDeliveries: {
    method: "GET",
    access: "viewer",
    background: true,
    path: "/api/deliveries",
    answer: z.array(deliverySchema),
  },
  /** One that waits is tried at once. */
  hastenDelivery: {
    method: "POST",
    path: "/api/deliveries/:deliveryId/hasten",
    access: "editor",
    audited: true,
    body: nothing,
    answer: nothing,
  },
} as const satisfies Record<
  string,
  RouteRule & { method: "GET" | "POST" | "DELETE"; path: string; body?: z.ZodType; answer: z.ZodType }
>;
export type RouteName = keyof typeof routes;

/** Asked by those who run the service, not by the page (http/operations.ts). */
export const operationRoutes = { alive: "/healthz", ready: "/readyz", metrics: "/metrics" } as const;

export const removedEventSchema = z.strictObject({ id: z.uuid() });

/** Somebody else writes or asks now, the log grew, or late strokes came or were settled. */
export const reviewEventSchema = z.strictObject({ id: z.uuid(), what: z.enum(["writer", "log", "late"]) });
export type ReviewEvent = z.infer<typeof reviewEventSchema>;

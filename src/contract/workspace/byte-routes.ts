/** Requests whose answers are bytes, and the one stream of events: where they are asked for, and by whom. */
import { dicomWebRoutes, dicomWebRules } from "./dicom-web.ts";
import type { RouteRule } from "./route-rule.ts";

export const byteRoutes = {
  /** `?slices=60,61`: for each slice u32 k, u32 length, then `length` bytes: raw deflate of geometry/slice-codec.ts. */
  ct: "/api/cases/:caseId/ct",
  /** Raw deflate of one byte per voxel (geometry/confidence.ts), i fastest. */
  confidence: "/api/cases/:caseId/automatic/:sourceId/confidence",
  /** Raw deflate of one byte per voxel, 0 or 1, i fastest. */
  mask: "/api/cases/:caseId/sources/:sourceId/mask",
  uploadFile: "/api/uploads/:uploadId/file",
  /** JSON: model-facts.ts. */
  modelFacts: "/api/models/:modelId",
  model: "/api/models/:modelId/file",
  /** The DICOM file of a version, named without the patient's name. */
  rtstruct: "/api/cases/:caseId/versions/:number/rtstruct",
  /** A version's report: one HTML page that needs nothing else, named likewise. The same bytes each time. */
  report: "/api/cases/:caseId/versions/:number/report",
  /** A version's CT and structure set de-identified, as a zip. Asked with POST: the key may come to know a patient. */
  deidentified: "/api/cases/:caseId/versions/:number/deidentified",
  studyCsv: "/api/study.csv",
  /** Server-sent events: `case` with a CaseSummary, `removed` with {id}, `review` with {id, what}. */
  events: "/api/events",
  /** JSON Lines, an AuditEntry each, in order. */
  auditFile: "/api/audit.jsonl",
  /** Leads to the service that says who somebody is, and back from it. */
  singleSignOn: "/api/single-sign-on",
  singleSignOnAnswer: "/api/single-sign-on/answer",
  ...dicomWebRoutes,
} as const;

/** As for `routes` (routes.ts). */
export const byteRouteRules: {
  readonly [Name in keyof typeof byteRoutes]: RouteRule;
} = {
  ct: { access: "viewer" },
  confidence: { access: "viewer" },
  mask: { access: "viewer" },
  uploadFile: { access: "editor" },
  modelFacts: { access: "viewer" },
  model: { access: "viewer" },
  rtstruct: { access: "viewer", audited: true },
  report: { access: "viewer", audited: true },
  deidentified: { access: "approver", audited: true },
  studyCsv: { access: "viewer", audited: true },
  events: { access: "viewer", background: true },
  auditFile: { access: "admin", audited: true },
  singleSignOn: { access: "public" },
  singleSignOnAnswer: { access: "public" },
  ...dicomWebRules,
};

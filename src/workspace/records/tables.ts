/**
 * The workspace's records as typed tables: cases with what was made of them, reviews with their logs, signed versions.
 * Voxels are not here: they are files (case-folder.ts), written before the row that speaks of them.
 */

import type { ColumnType, Generated, GeneratedAlways } from "kysely";
import type { AuditEntry, Role } from "#contract/workspace/account.ts";
import type { Automatic, CaseDetail, CaseState, CaseSummary, Version } from "#contract/workspace/case.ts";
import type { Decision } from "#contract/workspace/decision.ts";
import type { EditKind } from "#contract/workspace/edit-kinds.ts";
import type { LogEntry, ReviewStructure, starts } from "#contract/workspace/review.ts";
import type { EditLedger } from "#editing/patch/ledger.ts";
import type { DeliveryTables } from "./delivery-tables.ts";

/** Parsed when read, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;

export type CaseTable = {
  id: string;
  /** Unique: a series is imported once. */
  series_uid: string;
  state: CaseState;
  failure: string | null;
  /** Why the contour was sent back; null once it is signed again. */
  sent_back: Json<NonNullable<CaseSummary["sentBack"]>> | null;
  patient_name: string;
  patient_id: string;
  /** (0020,000D); of several CT series of one study the same. */
  study_uid: string;
  study_date: string;
  series_description: string;
  /** Convolution kernel (0018,1210), empty where the scanner does not say. */
  kernel: string;
  /** (0018,0050), which is not the distance of the slices. */
  slice_thickness_mm: number | null;
  /** Of the patient, the same for all of the patient's series: for names of files. */
  patient_label: string;
  grid: Json<CaseDetail["grid"]>;
  /** The compact CT and the imported masks are on disk. */
  ct_ready: boolean;
  findings: Json<string[]>;
  /** Of the current review or version; the automatic one's volume is in its row. */
  gtv_cc: number | null;
  sample: boolean;
  /** Of listModels: the one that it came for, by a rule, or the workspace's. */
  model_id: Generated<string>;
  received_at: Date;
  changed_at: Date;
};

export type AutomaticTable = {
  case_id: string;
  model_digest: string;
  model_name: string;
  model_version: string;
  helpers: Json<Automatic["helpers"]>;
  trained_on: Json<Automatic["trainedOn"]>;
  threshold: number;
  gtv_voxels: Json<number[]>;
  uncertain_voxels: Json<number[]>;
  expected: Json<Automatic["expected"]>;
  ms_per_slice: number;
  volume_cc: number;
  finished_at: Date;
};

/** ROIs of structure sets that came with the CT or after it. */
type ImportedTable = {
  case_id: string;
  number: number;
  label: string;
  /** As the structure set has them. */
  name: string;
  type: string;
  colour: Json<ReviewStructure["colour"] | null>;
  volume_cc: number;
  /** Name of the file in the case's folder of such files. */
  file: string;
};

/** `set-aside`: a fresh review was begun instead; its log is kept. */
type ReviewState = "open" | "approved" | "no-tumour" | "set-aside";

export type ReviewTable = {
  id: string;
  case_id: string;
  start: (typeof starts)[number];
  reviewer: string;
  state: ReviewState;
  began_at: Date;
  /** Opened, reopened or approved: the latest one is the case's review. */
  touched_at: Date;
};

/** What the log's structure entries say, kept in step with them. */
export type StructureTable = {
  id: string;
  review_id: string;
  position: number;
  name: string;
  type: ReviewStructure["type"];
  colour: Json<ReviewStructure["colour"]>;
  removed: boolean;
  began_with: string | null;
};

/** Append-only: a trigger refuses changes. */
type LogEntryTable = {
  id: string;
  sequence: GeneratedAlways<string>;
  review_id: string;
  type: LogEntry["type"] | Decision["type"];
  structure_id: string | null;
  kind: EditKind | null;
  /** The entry as it was sent; a decision is written by the server. */
  entry: Json<LogEntry | Decision>;
};

/** Beside the log (contract/workspace/review.ts), never removed. `waiting`: nobody added them or left them out. */
type LateStrokesTable = {
  id: string;
  review_id: string;
  reviewer: string;
  after_edits: number;
  entries: Json<LogEntry[]>;
  kept_at: Date;
  state: "waiting" | "added" | "left-out";
};

/** Immutable but for `exported_at` and `withdrawn`: a trigger refuses changes. */
export type VersionTable = {
  case_id: string;
  number: number;
  review_id: string;
  approved_at: Date;
  version: Json<Version>;
  /** Of each structure in the file, for masks: the structure's id is the file's name. */
  structure_ids: Json<string[]>;
  edits: number;
  slices_touched: number;
  volume_cc: number;
  /** Against the first automatic contour, or against nothing. */
  ledger: Json<EditLedger>;
  exported_at: Date | null;
  /** A person decided against it after it was signed. */
  withdrawn: Generated<boolean>;
};

/** `password`: password-hash.ts; null where another service says who it is, by `subject`: its issuer and the id there. */
export type UserTable = {
  id: string;
  login: string;
  display_name: string;
  role: Role;
  password: string | null;
  subject: string | null;
  disabled: boolean;
};

type SessionTable = {
  token_hash: string;
  user_id: string;
  began_at: Date;
  /** When its person asked for something last. */
  seen_at: Date;
};

/** Append-only: a trigger refuses changes. */
export type AuditTable = {
  number: number;
  at: string;
  who: string;
  action: string;
  subject: Json<AuditEntry["subject"]>;
  refused: string;
  previous: string;
  hash: string;
};

/** Cases that were removed, or were being made, and whose files may still be there (files/removals.ts). */
type RemovalTable = {
  case_id: string;
  series_uid: ColumnType<string | null, string | undefined>;
  study_uid: ColumnType<string | null, string | undefined>;
};

/** The queue's jobs of each case: pg-boss finds a job by its id at once, however many there are. */
type WorkTable = { job_id: string; case_id: string; kind: "prepare" | "masks" | "segment" };

/** The queue's job of each part of an experiment that is shared out, and how far it is. Gone when the experiment is. */
type ExperimentPartTable = {
  job_id: string;
  /** Its folder. */
  experiment: string;
  fold: number;
  /** Empty: the fold's test. */
  network: string;
  /** The machine that works on it, and what it last said. */
  worker: string;
  stage: string;
  done: number;
  total: number;
};

/** One row: the workspace, which is this database and one file store together. */
type WorkspaceTable = { id: string; only_one: boolean };

/** Files of cases that are in an object store (files/object-store.ts); those in a folder need no rows. */
export type FileTable = {
  case_id: string;
  /** Below the case's folder, with `/`. */
  path: string;
  sha256: string;
  bytes: number;
};

/** How many transactions each process recorded, by a number of its own (store/commit-mark.ts). */
type CommitTable = { process: string; number: number };

export type Tables = {
  cases: CaseTable;
  automatic: AutomaticTable;
  imported: ImportedTable;
  reviews: ReviewTable;
  structures: StructureTable;
  log_entries: LogEntryTable;
  late_strokes: LateStrokesTable;
  versions: VersionTable;
  removals: RemovalTable;
  files: FileTable;
  users: UserTable;
  sessions: SessionTable;
  audit: AuditTable;
  work: WorkTable;
  experiment_parts: ExperimentPartTable;
  workspace: WorkspaceTable;
  commits: CommitTable;
} & DeliveryTables;

/**
 * The database's tables as numbered migrations, each a list of statements: a database that has had the first three gets the
 * fourth and those after it (store/migrate.ts). A migration that was released never changes. tables.ts has the types.
 */
import { deliveryTables } from "./delivery-tables.ts";

/** The first schema. */
const first = [
  `create table cases (
    id uuid primary key, series_uid text not null unique, state text not null, failure text, sent_back json,
    patient_name text not null, patient_id text not null, study_uid text not null, study_date text not null,
    series_description text not null, grid json not null, ct_ready boolean not null, findings json not null,
    gtv_cc double precision, sample boolean not null, received_at timestamptz not null,
    changed_at timestamptz not null,
    kernel text not null, slice_thickness_mm double precision, patient_label text not null)`,
  `create index on cases (patient_id, patient_name)`,
  `create index on cases (patient_label)`,
  `create index on cases (study_uid)`,
  `create table automatic (
    case_id uuid not null references cases on delete cascade, model_digest text not null,
    model_name text not null, model_version text not null, trained_on json not null, threshold double precision not null,
    gtv_voxels json not null, uncertain_voxels json not null, expected json not null, ms_per_slice double precision not null,
    volume_cc double precision not null, finished_at timestamptz not null,
    primary key (case_id, model_digest))`,
  `create table imported (
    case_id uuid not null references cases on delete cascade, number integer not null, label text not null,
    name text not null, type text not null, colour json,
    file text not null, volume_cc double precision not null, primary key (case_id, number))`,
  `create table reviews (
    id uuid primary key, case_id uuid not null references cases on delete cascade, start text not null,
    reviewer text not null, state text not null, began_at timestamptz not null,
    touched_at timestamptz not null)`,
  `create index on reviews (case_id)`,
  `create table structures (
    id uuid primary key, review_id uuid not null references reviews on delete cascade,
    position integer not null, name text not null, type text not null, colour json not null,
    removed boolean not null, began_with text)`,
  `create index on structures (review_id)`,
  `create table log_entries (
    id uuid primary key, sequence bigint generated always as identity,
    review_id uuid not null references reviews on delete cascade, type text not null, structure_id uuid,
    kind text, entry json not null)`,
  `create index on log_entries (review_id, sequence)`,
  `create table late_strokes (
    id uuid primary key, review_id uuid not null references reviews on delete cascade, reviewer text not null,
    after_edits integer not null, entries json not null, kept_at timestamptz not null, state text not null)`,
  `create index on late_strokes (review_id)`,
  `create table versions (
    case_id uuid not null references cases on delete cascade, number integer not null,
    review_id uuid not null references reviews on delete cascade, approved_at timestamptz not null,
    version json not null, structure_ids json not null, edits integer not null,
    slices_touched integer not null, volume_cc double precision not null, ledger json not null,
    exported_at timestamptz, primary key (case_id, number))`,
  `create table removals (case_id uuid primary key)`,
  `create table files (
    case_id uuid not null references cases on delete cascade, path text not null, sha256 text not null,
    bytes double precision not null, primary key (case_id, path))`,
  ...deliveryTables,
  `create table users (
    id uuid primary key, login text not null unique, display_name text not null unique, role text not null,
    password text, subject text unique, disabled boolean not null)`,
  `create table sessions (
    token_hash text primary key, user_id uuid not null references users on delete cascade,
    began_at timestamptz not null, seen_at timestamptz not null)`,
  `create table audit (
    number integer primary key, at text not null, who text not null, action text not null, subject json not null,
    refused text not null, previous text not null, hash text not null)`,
  `create table work (
    job_id uuid primary key, case_id uuid not null references cases on delete cascade, kind text not null)`,
  `create index on work (case_id)`,
  `create table experiment_parts (
    job_id uuid primary key, experiment text not null, fold integer not null, network text not null,
    worker text not null, stage text not null, done integer not null, total integer not null,
    unique (experiment, fold, network))`,
  `create sequence haste as integer`,
  `create table workspace (id uuid primary key, only_one boolean not null unique check (only_one))`,
  `create function refuse_change() returns trigger language plpgsql as $$
    begin raise exception '% is append-only', tg_table_name; end $$`,
  `create trigger audit_is_append_only before update or delete on audit
    for each row execute function refuse_change()`,
  `create trigger log_is_append_only before update on log_entries
    for each row execute function refuse_change()`,
  `create trigger versions_are_immutable before update of case_id, number, review_id, approved_at, version,
    structure_ids, edits, slices_touched, volume_cc, ledger on versions
    for each row execute function refuse_change()`,
];

/** Which model contours a case, also when that is tried again. Those of before cannot be told apart. */
const second = ["alter table cases add column model_id text not null default 'shipped'"];

/** What was set apart of the series goes with a case, also where its removal was cut off. */
const third = ["alter table removals add column series_uid text"];

/** The networks that a contour's model asked as well. Of contours of before nobody knows. */
const fourth = ["alter table automatic add column helpers json not null default '[]'"];

/** Unreadable structure sets of a study go with its last case. */
const fifth = ["alter table removals add column study_uid text"];

/** Of versions that were signed before `withdrawn` was recorded it shows where nothing was signed since. */
export const withdrawEarlierVersions = `update versions set withdrawn = true where
  case_id in (select id from cases where state = 'no-tumour') or
  review_id in (select reviews.id from reviews join cases on cases.id = case_id
    where cases.sent_back is not null and reviews.state = 'open')`;

const sixth = [
  "alter table versions add column withdrawn boolean not null default false",
  withdrawEarlierVersions,
];

/** What each process recorded last (store/commit-mark.ts). */
const seventh = ["create table commits (process uuid primary key, number integer not null)"];

export const migrations: readonly (readonly string[])[] = [
  ...[first, second, third, fourth, fifth, sixth, seventh],
];

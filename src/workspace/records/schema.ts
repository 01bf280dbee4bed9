/** The database's tables, made once in a new folder; tables.ts has their types. */
import { deliverySchema } from "./delivery-tables.ts";

/** Raised with every change of the tables: a database of another one is refused. */
export const schemaVersion = 4;

export const schema = `
  create table cases (
    id uuid primary key, series_uid text not null unique, state text not null, failure text, sent_back json,
    patient_name text not null, patient_id text not null, study_date text not null,
    series_description text not null, grid json not null, ct_ready boolean not null, findings json not null,
    gtv_cc double precision, sample boolean not null, received_at timestamptz not null,
    changed_at timestamptz not null,
    kernel text not null, slice_thickness_mm double precision, patient_label text not null);
  create table automatic (
    case_id uuid not null references cases on delete cascade, model_digest text not null,
    model_name text not null, model_version text not null, trained_on json not null, threshold double precision not null,
    gtv_voxels json not null, uncertain_voxels json not null, expected json not null, ms_per_slice double precision not null,
    volume_cc double precision not null, finished_at timestamptz not null,
    primary key (case_id, model_digest));
  create table imported (
    case_id uuid not null references cases on delete cascade, number integer not null, label text not null,
    name text not null, type text not null, colour json,
    file text not null, volume_cc double precision not null, primary key (case_id, number));
  create table reviews (
    id uuid primary key, case_id uuid not null references cases on delete cascade, start text not null,
    reviewer text not null, state text not null, began_at timestamptz not null,
    touched_at timestamptz not null);
  create index on reviews (case_id);
  create table structures (
    id uuid primary key, review_id uuid not null references reviews on delete cascade,
    position integer not null, name text not null, type text not null, colour json not null,
    removed boolean not null, began_with text);
  create index on structures (review_id);
  create table log_entries (
    id uuid primary key, sequence bigint generated always as identity,
    review_id uuid not null references reviews on delete cascade, type text not null, structure_id uuid,
    kind text, entry json not null);
  create index on log_entries (review_id, sequence);
  create table late_strokes (
    id uuid primary key, review_id uuid not null references reviews on delete cascade, reviewer text not null,
    after_edits integer not null, entries json not null, kept_at timestamptz not null, state text not null);
  create index on late_strokes (review_id);
  create table versions (
    case_id uuid not null references cases on delete cascade, number integer not null,
    review_id uuid not null references reviews on delete cascade, approved_at timestamptz not null,
    version json not null, structure_ids json not null, edits integer not null,
    slices_touched integer not null, volume_cc double precision not null, ledger json not null,
    exported_at timestamptz, primary key (case_id, number));
  create table removals (case_id uuid primary key);
  ${deliverySchema}

  create function refuse_change() returns trigger language plpgsql as $$
    begin raise exception '% is append-only', tg_table_name; end $$;
  create trigger log_is_append_only before update on log_entries
    for each row execute function refuse_change();
  create trigger versions_are_immutable before update of case_id, number, review_id, approved_at, version,
    structure_ids, edits, slices_touched, volume_cc, ledger on versions
    for each row execute function refuse_change();
`;

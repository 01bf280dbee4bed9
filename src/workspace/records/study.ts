/**
 * The paper's comparison (Zhang 2020, Discussion) on this workspace's own signed reviews: how long contouring took by hand
 * and from the automatic contour. Times are active work as the page measured it. One row a review, its latest version;
 * pairs are cases that were contoured both ways, each by its latest review. A review by hand in which a network was asked is
 * listed and not counted.
 */
import { editKind, editKindNames } from "#contract/workspace/edit-kinds.ts";
import type { Study } from "#contract/workspace/study.ts";
import { formatCsv } from "#formats/csv.ts";
import { studyFigure } from "#pictures/figures/study-times.ts";
import { mean, standardDeviation } from "#statistics/moments.ts";
import { studentQuantile } from "#statistics/student-t.ts";
import { pairedTTest } from "#statistics/t-test.ts";
import { wilcoxonSignedRank } from "#statistics/wilcoxon.ts";
import type { Workspace } from "#workspace/workspace.ts";

type Row = Study["rows"][number];

/** Edits that end the work by hand. */
const asksModel = editKindNames.filter((kind) => !editKind(kind).manualTime);

export async function study({ db }: Pick<Workspace, "db">): Promise<Study> {
  const versions = await db
    .selectFrom("versions")
    .innerJoin("reviews", "reviews.id", "versions.review_id")
    .innerJoin("cases", "cases.id", "versions.case_id")
    .where("reviews.state", "=", "approved")
    .orderBy("versions.approved_at")
    .select([
      "versions.case_id",
      "versions.review_id",
      "versions.version",
      "versions.edits",
      "versions.slices_touched",
      "versions.volume_cc",
      "reviews.start",
      "cases.patient_id",
      "cases.patient_label",
    ])
    .execute();
  const asked = new Set(
    (
      await db
        .selectFrom("log_entries")
        .select("review_id")
        .where("kind", "in", [...asksModel])
        .distinct()
        .execute()
    ).map(({ review_id }) => review_id),
  );
  // Later ones replace earlier ones of the same review.
  const rows = new Map<string, Row>();
  for (const { case_id, review_id, version, start, patient_id, patient_label, ...counts } of versions) {
    rows.delete(review_id);
    rows.set(review_id, {
      caseId: case_id,
      patientId: patient_id,
      patientLabel: patient_label,
      reviewId: review_id,
      start,
      reviewer: version.reviewer,
      approvedAt: version.approvedAt,
      activeMs: version.activeMs,
      edits: counts.edits,
      slicesTouched: counts.slices_touched,
      addedPathLengthMm: version.addedPathLengthMm,
      dscToAutomatic: version.dscToAutomatic,
      volumeCc: counts.volume_cc,
      modelAsked: asked.has(review_id),
    });
  }
  return evaluateStudy([...rows.values()]);
}

/** `rows` in the order of their signing. */
export function evaluateStudy(rows: readonly Row[]): Study {
  const counted = rows.filter(({ start, modelAsked }) => start === "assisted" || !modelAsked);
  const latest = (start: Row["start"]): Map<string, number> =>
    new Map(counted.filter((row) => row.start === start).map((row) => [row.caseId, minutes(row)]));
  const [manual, assisted] = [latest("manual"), latest("assisted")];
  const pairs = [...manual].flatMap(([caseId, byHand]) => {
    const withModel = assisted.get(caseId);
    return withModel === undefined ? [] : [{ manual: byHand, assisted: withModel }];
  });
  const single = (start: Row["start"]) => counted.filter((row) => row.start === start).map(minutes);
  return {
    rows: [...rows],
    manual: summarise(single("manual")),
    assisted: summarise(single("assisted")),
    paired: pairs.length < 2 ? null : comparePairs(pairs),
    paper: { manualMinutes: 15, assistedMinutes: 10 },
    figure:
      counted.length === 0
        ? ""
        : studyFigure(counted.map((row) => ({ caseId: row.caseId, start: row.start, minutes: minutes(row) })))
            .svg,
  };
}

function minutes({ activeMs }: Row): number {
  return activeMs / 60_000;
}

function summarise(values: readonly number[]): Study["manual"] {
  return {
    count: values.length,
    meanMinutes: values.length === 0 ? null : mean(values),
    sdMinutes: values.length < 2 ? null : standardDeviation(values),
  };
}

const confidence = 0.95;

function comparePairs(
  pairs: readonly { readonly manual: number; readonly assisted: number }[],
): NonNullable<Study["paired"]> {
  const manual = pairs.map((pair) => pair.manual);
  const assisted = pairs.map((pair) => pair.assisted);
  const saved = pairs.map((pair) => pair.manual - pair.assisted);
  const meanSavedMinutes = mean(saved);
  const test = pairedTTest(manual, assisted);
  // Where all differences are equal there is no spread to make an interval of, as there is no test.
  const half =
    test === null
      ? null
      : studentQuantile(confidence, saved.length - 1) * (standardDeviation(saved) / Math.sqrt(saved.length));
  return {
    pairs: pairs.length,
    meanSavedMinutes,
    interval95: half === null ? null : [meanSavedMinutes - half, meanSavedMinutes + half],
    tTestP: test?.p ?? null,
    wilcoxonP: wilcoxonSignedRank(manual, assisted)?.p ?? null,
  };
}

/** The rows for a spreadsheet. It holds patient IDs: it goes to the person who asks and nowhere else. */
export async function studyCsv(workspace: Pick<Workspace, "db">): Promise<string> {
  const { rows } = await study(workspace);
  const header = [
    "patient",
    "start",
    "reviewer",
    "approved_at",
    "active_minutes",
    "edits",
    "slices_touched",
    "added_path_length_mm",
    "dsc_to_automatic",
    "volume_cc",
    "model_asked",
  ];
  return formatCsv([
    header,
    ...rows.map((row) => [
      row.patientLabel,
      row.start,
      row.reviewer,
      row.approvedAt,
      minutes(row).toFixed(3),
      row.edits,
      row.slicesTouched,
      row.addedPathLengthMm?.toFixed(1) ?? "",
      row.dscToAutomatic?.toFixed(4) ?? "",
      row.volumeCc.toFixed(3),
      row.modelAsked ? "yes" : "no",
    ]),
  ]);
}

/**
 * The paper's comparison (Zhang 2020, Discussion) on this workspace's own signed reviews: how long contouring took by hand
 * and from the automatic contour. Times are active work as the page measured it. One row a signature; the first one of a
 * review counts, whatever becomes of the review later. Pairs are cases that were contoured both ways, each by its latest
 * review. A review by hand in which a network was asked is listed and not counted.
 */
import type { Study } from "#contract/workspace/study.ts";
import { formatCsv } from "#formats/csv.ts";
import { studyFigure } from "#pictures/figures/study-times.ts";
import { mean, median, standardDeviation } from "#statistics/moments.ts";
import { studentQuantile } from "#statistics/student-t.ts";
import { pairedTTest } from "#statistics/t-test.ts";
import { wilcoxonOfMeasurements } from "#statistics/wilcoxon.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { type ArmReview, armOrder } from "./study-order.ts";

type Row = Study["rows"][number];

export async function study({ db }: Pick<Workspace, "db">): Promise<Study> {
  const reviews = await db
    .selectFrom("reviews")
    .innerJoin("cases", "cases.id", "reviews.case_id")
    .select(["reviews.id", "start", "reviewer", "began_at", "touched_at", "patient_id", "patient_label"])
    .execute();
  const versions = await db
    .selectFrom("versions")
    .select(["case_id", "review_id", "version", "approved_at", "edits", "slices_touched", "volume_cc"])
    .orderBy("approved_at")
    .execute();
  const arms = new Map(
    reviews.map((review): [string, ArmReview] => {
      const signed = versions.filter(({ review_id }) => review_id === review.id);
      return [
        review.id,
        {
          reviewId: review.id,
          patientLabel: review.patient_label,
          start: review.start,
          reviewers: [review.reviewer, ...signed.map(({ version }) => version.reviewer)],
          beganAtMs: review.began_at.getTime(),
          touchedAtMs: [review.touched_at, ...signed.map(({ approved_at }) => approved_at)].map(Number),
        },
      ];
    }),
  );
  const signedBefore = new Set<string>();
  const rows = versions.flatMap((row): Row[] => {
    const review = reviews.find(({ id }) => id === row.review_id);
    const arm = arms.get(row.review_id);
    if (review === undefined || arm === undefined) return [];
    const again = signedBefore.has(review.id);
    signedBefore.add(review.id);
    const { version } = row;
    return [
      {
        caseId: row.case_id,
        patientId: review.patient_id,
        patientLabel: review.patient_label,
        reviewId: review.id,
        start: review.start,
        reviewer: version.reviewer,
        beganAt: review.began_at.toISOString(),
        approvedAt: version.approvedAt,
        activeMs: version.activeMs,
        edits: row.edits,
        slicesTouched: row.slices_touched,
        addedPathLengthMm: version.addedPathLengthMm,
        dscToAutomatic: version.dscToAutomatic,
        volumeCc: row.volume_cc,
        modelAsked: version.modelAsked,
        again,
        ...armOrder(arm, [...arms.values()]),
      },
    ];
  });
  return evaluateStudy(rows);
}

/** `rows` in the order of their signing. */
export function evaluateStudy(rows: readonly Row[]): Study {
  const counted = rows.filter(
    ({ start, modelAsked, again }) => !again && (start === "assisted" || !modelAsked),
  );
  const latest = (start: Row["start"]): Map<string, Row> =>
    new Map(counted.filter((row) => row.start === start).map((row) => [row.caseId, row]));
  const [manual, assisted] = [latest("manual"), latest("assisted")];
  const pairs = [...manual].flatMap(([caseId, byHand]): Pair[] => {
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

/** Of one case. */
type Pair = { readonly manual: Row; readonly assisted: Row };

function comparePairs(pairs: readonly Pair[]): NonNullable<Study["paired"]> {
  const manual = pairs.map((pair) => minutes(pair.manual));
  const assisted = pairs.map((pair) => minutes(pair.assisted));
  const saved = pairs.map(savedMinutes);
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
    wilcoxonP: wilcoxonOfMeasurements(manual, assisted)?.p ?? null,
    ...byOrder(pairs),
  };
}

function savedMinutes({ manual, assisted }: Pair): number {
  return minutes(manual) - minutes(assisted);
}

/** What a reviewer remembers shortens the second time: the two orders apart. */
function byOrder(pairs: readonly Pair[]): Pick<NonNullable<Study["paired"]>, "order" | "medianBetweenMs"> {
  const of = (wanted: PairOrder) => {
    const saved = pairs.filter((pair) => orderOf(pair) === wanted).map(savedMinutes);
    return { pairs: saved.length, meanSavedMinutes: saved.length === 0 ? null : mean(saved) };
  };
  const between = pairs.flatMap((pair) => later(pair).sinceOtherArmMs ?? []);
  return {
    order: { manualFirst: of("manualFirst"), assistedFirst: of("assistedFirst"), unrelated: of("unrelated") },
    medianBetweenMs: between.length === 0 ? null : median(between),
  };
}

type PairOrder = keyof NonNullable<Study["paired"]>["order"];

function orderOf(pair: Pair): PairOrder {
  const { arm, start } = later(pair);
  if (arm === "first") return "unrelated";
  return start === "manual" ? "assistedFirst" : "manualFirst";
}

function later({ manual, assisted }: Pair): Row {
  return manual.beganAt > assisted.beganAt ? manual : assisted;
}

/** The rows for a spreadsheet. It holds patient IDs: it goes to the person who asks and nowhere else. */
export async function studyCsv(workspace: Pick<Workspace, "db">): Promise<string> {
  const { rows } = await study(workspace);
  const header = [
    "patient",
    "start",
    "reviewer",
    "began_at",
    "approved_at",
    "active_minutes",
    "edits",
    "slices_touched",
    "added_path_length_mm",
    "dsc_to_automatic",
    "volume_cc",
    "model_asked",
    "signed_again",
    "arm",
    "hours_since_other_arm",
  ];
  return formatCsv([
    header,
    ...rows.map((row) => [
      row.patientLabel,
      row.start,
      row.reviewer,
      row.beganAt,
      row.approvedAt,
      minutes(row).toFixed(3),
      row.edits,
      row.slicesTouched,
      row.addedPathLengthMm?.toFixed(1) ?? "",
      row.dscToAutomatic?.toFixed(4) ?? "",
      row.volumeCc.toFixed(3),
      row.modelAsked ? "yes" : "no",
      row.again ? "yes" : "no",
      row.arm,
      row.sinceOtherArmMs === null ? "" : (row.sinceOtherArmMs / 3_600_000).toFixed(2),
    ]),
  ]);
}

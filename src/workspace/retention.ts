/**
 * Which patients a department's rules let go, and their removal. Nothing goes that did not stand on a list that somebody could
 * look at, and that the rules do not let go still; no case on which a person worked and that is not signed; no signed one whose
 * newest version is not where it was to be sent, or fetched by a person.
 */
import { appendAudit } from "#workspace/accounts/audit.ts";
import { removeCase } from "./records/cases.ts";
import type { Db } from "./records/database.ts";
import type { Workspace } from "./workspace.ts";

export const retentionRules = ["neverReviewed", "closedWithoutTumour", "signedAndDelivered"] as const;
export type RetentionRule = (typeof retentionRules)[number];
/** Days after which a case of that kind may go; null: never. */
type Retention = Readonly<Record<RetentionRule, number | null>>;

type Removable = {
  readonly caseId: string;
  /** Says nothing of who it is. */
  readonly patientLabel: string;
  readonly rule: RetentionRule;
  /** When anything was done with it last; ISO 8601. */
  readonly since: string;
};

const dayMs = 24 * 3600 * 1000;

/** The oldest first. `only`: of this case alone. */
export async function listRemovable(
  db: Db,
  retention: Retention,
  now: Date,
  only?: string,
): Promise<Removable[]> {
  const removables: Removable[] = [];
  for (const row of await restingCases(db, only)) {
    const rule = ruleOf(row);
    const days = rule === undefined ? null : retention[rule];
    if (rule === undefined || days === null) continue;
    const since = new Date(Math.max(...[row.received_at, row.changed_at, row.touched_at ?? 0].map(Number)));
    if (now.getTime() - since.getTime() < days * dayMs) continue;
    removables.push({ caseId: row.id, patientLabel: row.patient_label, rule, since: since.toISOString() });
  }
  return removables.sort((a, b) => a.since.localeCompare(b.since));
}

type RestingCase = Awaited<ReturnType<typeof restingCases>>[number];

/** Those on which nothing is going on, and of which nothing waits to be sent or to be added to a review. */
function restingCases(db: Db, only: string | undefined) {
  // An older version that did not go before a newer one is not sent any more (pacs/deliveries/sender.ts).
  const waiting = db
    .selectFrom("deliveries as open")
    .select("open.case_id")
    .where("open.state", "!=", "delivered")
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("deliveries as newer")
            .select("newer.id")
            .whereRef("newer.case_id", "=", "open.case_id")
            .whereRef("newer.peer", "=", "open.peer")
            .whereRef("newer.version", ">", "open.version")
            .where("newer.state", "=", "delivered"),
        ),
      ),
    );
  // What somebody drew and could not save is drawn all the same, though the contour was signed or closed without it.
  const late = db
    .selectFrom("late_strokes")
    .innerJoin("reviews", "reviews.id", "late_strokes.review_id")
    .where("late_strokes.state", "=", "waiting")
    .select("reviews.case_id");
  const query = db
    .selectFrom("cases")
    .select((builder) => [
      ...(["id", "state", "patient_label", "received_at", "changed_at"] as const),
      builder
        .selectFrom("reviews")
        .whereRef("case_id", "=", "cases.id")
        .select((reviews) => reviews.fn.max("touched_at").as("latest"))
        .as("touched_at"),
      builder
        .selectFrom("versions")
        .whereRef("case_id", "=", "cases.id")
        .orderBy("number", "desc")
        .limit(1)
        .select("number")
        .as("version"),
      builder
        .selectFrom("versions")
        .whereRef("case_id", "=", "cases.id")
        .orderBy("number", "desc")
        .limit(1)
        .select("exported_at")
        .as("exported_at"),
      builder
        .selectFrom("deliveries")
        .whereRef("case_id", "=", "cases.id")
        .where("state", "=", "delivered")
        .select((deliveries) => deliveries.fn.max("version").as("latest"))
        .as("delivered_version"),
    ])
    .where("id", "not in", waiting)
    .where("id", "not in", late);
  return (only === undefined ? query : query.where("id", "=", only)).execute();
}

/** Undefined for what no rule may remove. */
function ruleOf(row: RestingCase): RetentionRule | undefined {
  const { state, version, touched_at: reviewed } = row;
  if (["to-review", "failed"].includes(state) && version === null && reviewed === null)
    return "neverReviewed";
  if (state === "no-tumour" && version === null) return "closedWithoutTumour";
  if (!["approved", "exported"].includes(state) || version === null) return undefined;
  return row.exported_at !== null || row.delivered_version === version ? "signedAndDelivered" : undefined;
}

/**
 * Removes those of `listed` that the rules still let go, each after it stands in the audit log. Gives how many, and the ids of
 * those that stay since something changed.
 */
export async function removeListed(
  workspace: Workspace,
  retention: Retention,
  listed: readonly Pick<Removable, "caseId" | "rule">[],
  now: Date,
): Promise<{ readonly removed: number; readonly stayed: readonly string[] }> {
  const stayed: string[] = [];
  for (const { caseId, rule } of listed) {
    const mayGo = async (db: Db): Promise<boolean> =>
      (await listRemovable(db, retention, now, caseId)).some((still) => still.rule === rule);
    const event = { who: "", action: "retention", subject: { caseId, rule, by: "the command line" } };
    const isListed = await mayGo(workspace.db);
    if (isListed) await appendAudit(workspace, event);
    // Somebody may open it at this moment: it is looked at once more with its row held.
    if (isListed && (await removeCase(workspace, caseId, async () => undefined, mayGo))) continue;
    if (isListed) await appendAudit(workspace, { ...event, refused: "not-ready" });
    stayed.push(caseId);
  }
  return { removed: listed.length - stayed.length, stayed };
}

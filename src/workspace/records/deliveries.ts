/**
 * What is to be sent to peers: planned in the transaction that records what is sent, so that there is none without the other,
 * and kept until the peer has it. The sending itself is not here (src/pacs/deliveries/).
 */
import { randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import type { Delivery } from "#contract/workspace/delivery.ts";
import { DelineateError } from "#core/errors.ts";
import type { Db } from "./database.ts";
import type { DeliveryTable } from "./delivery-tables.ts";

export type DeliveryRow = Selectable<DeliveryTable>;

/** In place of a version's number: the automatic contour that reviews begin with. */
export const automaticDelivery = 0;

/** Whom the contours of a case go to, by a rule. Within the transaction that records the case. */
export async function routeCase(
  db: Db,
  caseId: string,
  { rule, peers }: { readonly rule: string; readonly peers: readonly string[] },
): Promise<void> {
  await db
    .insertInto("routes")
    .values({ case_id: caseId, rule, peers: [...peers] })
    .execute();
}

/** Whether it came by a rule. */
export async function isRouted(db: Db, caseId: string): Promise<boolean> {
  const row = db.selectFrom("routes").select("case_id").where("case_id", "=", caseId);
  return (await row.executeTakeFirst()) !== undefined;
}

/**
 * Within the transaction that records the automatic contour, or version `version`. Once per peer: a second model's contour is
 * looked at here and sent to nobody. Nothing for a case that came without a rule.
 */
export async function planDeliveries(db: Db, caseId: string, version: number): Promise<void> {
  const route = await db
    .selectFrom("routes")
    .select("peers")
    .where("case_id", "=", caseId)
    .executeTakeFirst();
  const now = new Date();
  for (const peer of route?.peers ?? [])
    await db
      .insertInto("deliveries")
      .values({
        ...{ id: randomUUID(), case_id: caseId, peer, version, state: "waiting", attempts: 0 },
        ...{ due_at: now, remark: null, planned_at: now, delivered_at: null },
      })
      .onConflict((conflict) => conflict.columns(["case_id", "peer", "version"]).doNothing())
      .execute();
}

/**
 * Signed versions go out no more, since a person decided against them: those of a review, or all of the case. What waits is not sent, and
 * viewers do not find them (dicom-web/). Within the transaction that records the decision.
 */
export async function withdrawVersions(
  db: Db,
  { caseId, reviewId }: { readonly caseId: string; readonly reviewId?: string },
  remark: string,
): Promise<void> {
  const all = db.updateTable("versions").set({ withdrawn: true }).where("case_id", "=", caseId);
  const ofReview = reviewId === undefined ? all : all.where("review_id", "=", reviewId);
  const numbers = (await ofReview.returning("number").execute()).map(({ number }) => number);
  if (numbers.length === 0) return;
  await db
    .updateTable("deliveries")
    .set({ state: "refused", remark })
    .where("case_id", "=", caseId)
    .where("state", "=", "waiting")
    .where("version", "in", numbers)
    .execute();
}

/** The longest that what failed waits for the next attempt. */
export const longestRetryMs = 15 * 60 * 1000;

/** Those to be tried by now, the longest due first, but for those to `busy` peers: what waits for one that is away hides no other. */
export function dueDeliveries(db: Db, busy: readonly string[]): Promise<DeliveryRow[]> {
  const all = db.selectFrom("deliveries").selectAll().where("state", "=", "waiting");
  const waiting = busy.length === 0 ? all : all.where("peer", "not in", busy);
  // What is due later than any attempt is was planned before the clock was set back.
  const [now, latest] = [new Date(), new Date(Date.now() + longestRetryMs)];
  const due = waiting.where(({ eb }) => eb.or([eb("due_at", "<=", now), eb("due_at", ">", latest)]));
  return due.orderBy("due_at").limit(100).execute();
}

/** Of the same case to the same peer, what waits of older versions and the automatic contour, the oldest first, then this one. */
export async function deliveriesUpTo(
  db: Db,
  { case_id, peer, version }: Pick<DeliveryRow, "case_id" | "peer" | "version">,
): Promise<DeliveryRow[]> {
  const same = db
    .selectFrom("deliveries")
    .selectAll()
    .where("case_id", "=", case_id)
    .where("peer", "=", peer);
  const waiting = same.where("state", "=", "waiting").where("version", "<=", version);
  return waiting.orderBy("version").execute();
}

/** Whether it is still to be sent: a person may have decided against it since it was looked up. */
export async function isWaiting(db: Db, id: string): Promise<boolean> {
  const row = db.selectFrom("deliveries").select("id").where("id", "=", id).where("state", "=", "waiting");
  return (await row.executeTakeFirst()) !== undefined;
}

/** The newest version of the case that the peer has; undefined for none. */
export async function newestDelivered(
  db: Db,
  { case_id, peer }: Pick<DeliveryRow, "case_id" | "peer">,
): Promise<number | undefined> {
  const same = db.selectFrom("deliveries").where("case_id", "=", case_id).where("peer", "=", peer);
  const delivered = same.where("state", "=", "delivered").select("version");
  return (await delivered.orderBy("version", "desc").executeTakeFirst())?.version;
}

/** Those that are not there yet first, then the latest. */
export async function listDeliveries(db: Db): Promise<Delivery[]> {
  const rows = await db
    .selectFrom("deliveries")
    .innerJoin("cases", "cases.id", "deliveries.case_id")
    .selectAll("deliveries")
    .select("cases.patient_label")
    .orderBy("delivered_at", (order) => order.desc().nullsFirst())
    .orderBy("planned_at", "desc")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    caseId: row.case_id,
    patientLabel: row.patient_label,
    peer: row.peer,
    version: row.version === automaticDelivery ? null : row.version,
    state: row.state,
    attempts: row.attempts,
    remark: row.remark,
    plannedAt: row.planned_at.toISOString(),
    dueAt: row.state === "waiting" ? row.due_at.toISOString() : null,
    deliveredAt: row.delivered_at?.toISOString() ?? null,
  }));
}

/** One that waits is tried at once. Throws `not-found`. */
export async function hastenDelivery(db: Db, id: string): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable("deliveries")
    .set({ due_at: new Date() })
    .where("id", "=", id)
    .where("state", "=", "waiting")
    .executeTakeFirst();
  if (numUpdatedRows === 0n)
    throw new DelineateError("not-found", "There is no such delivery that waits; it may have arrived.");
}

/** What an attempt came to. Nothing for a delivery whose case was removed meanwhile, and for one withheld meanwhile unless it arrived. */
export async function recordAttempt(
  db: Db,
  id: string,
  outcome: Partial<Pick<DeliveryRow, "state" | "attempts" | "due_at" | "remark" | "delivered_at">>,
): Promise<void> {
  const update = db.updateTable("deliveries").set(outcome).where("id", "=", id);
  await (outcome.state === "delivered" ? update : update.where("state", "=", "waiting")).execute();
}

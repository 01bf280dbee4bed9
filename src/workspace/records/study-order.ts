/**
 * Who contours a patient the second time remembers the first: which arm of the study a reviewer had to do with first, and
 * how long before. The automatic contour is remembered from the moment it was shown, whether or not it was signed.
 */
import type { Study } from "#contract/workspace/study.ts";

/** A review of a patient, of either arm, open, signed or set aside. */
export type ArmReview = {
  readonly reviewId: string;
  readonly patientLabel: string;
  readonly start: Study["rows"][number]["start"];
  /** Who began it and who signed it; empty where no name was given. */
  readonly reviewers: readonly string[];
  readonly beganAtMs: number;
  /** When it was opened again or signed. */
  readonly touchedAtMs: readonly number[];
};

type ArmOrder = Pick<Study["rows"][number], "arm" | "sinceOtherArmMs">;

/** `all` reviews, `review` among them. The time is from the other arm's last known moment before `review` began. */
export function armOrder(review: ArmReview, all: readonly ArmReview[]): ArmOrder {
  const contacts = all
    .filter((other) => other.start !== review.start && other.patientLabel === review.patientLabel)
    .filter((other) => mayBeOnePerson(other.reviewers, review.reviewers))
    .flatMap(({ beganAtMs, touchedAtMs }) => [beganAtMs, ...touchedAtMs])
    .filter((atMs) => atMs < review.beganAtMs);
  if (contacts.length === 0) return { arm: "first", sinceOtherArmMs: null };
  return { arm: "second", sinceOtherArmMs: review.beganAtMs - Math.max(...contacts) };
}

/** Somebody without a name may be anyone. */
function mayBeOnePerson(some: readonly string[], others: readonly string[]): boolean {
  const plain = (names: readonly string[]): string[] => names.map((name) => name.trim().toLowerCase());
  const [a, b] = [plain(some), plain(others)];
  return a.includes("") || b.includes("") || a.some((name) => b.includes(name));
}

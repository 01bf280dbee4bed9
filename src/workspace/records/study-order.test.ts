/** Which arm came first, and how long before: two reviewers, one patient. */
import { expect, test } from "vitest";
import { type ArmReview, armOrder } from "./study-order.ts";

const review = (part: Partial<ArmReview>): ArmReview => ({
  reviewId: "a",
  patientLabel: "K4XPM",
  start: "manual",
  reviewers: ["Ann"],
  beganAtMs: 100,
  touchedAtMs: [],
  ...part,
});
const ownReview = review({});

test("it is the first where the other arm began later, is another person's or another patient's", () => {
  const others = [
    review({ start: "assisted", beganAtMs: 101 }),
    review({ start: "assisted", beganAtMs: 10, reviewers: ["Bob"] }),
    review({ start: "assisted", beganAtMs: 10, patientLabel: "Q7WZT" }),
    review({ beganAtMs: 10 }),
  ];
  expect(armOrder(ownReview, [ownReview, ...others])).toEqual({ arm: "first", sinceOtherArmMs: null });
});

test("the automatic contour was seen once a review of it was opened, signed or not", () => {
  expect(armOrder(ownReview, [ownReview, review({ start: "assisted", beganAtMs: 40 })])).toEqual({
    arm: "second",
    sinceOtherArmMs: 60,
  });
});

test("the time is from the last moment before this review began, whichever other review it was in", () => {
  const others = [
    review({ start: "assisted", beganAtMs: 40, touchedAtMs: [70, 300] }),
    review({ start: "assisted", beganAtMs: 20, touchedAtMs: [85], reviewers: ["", "ann "] }),
  ];
  expect(armOrder(ownReview, [ownReview, ...others]).sinceOtherArmMs).toBe(15);
});

test("a review without a name may be the same person's", () => {
  expect(armOrder(ownReview, [review({ start: "assisted", beganAtMs: 40, reviewers: [""] })]).arm).toBe(
    "second",
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { featureNames, type Quality, qualitySchema } from "#contract/quality.ts";
import { patientPoint } from "#core/coordinates.ts";
import { finding } from "#core/findings.ts";
import { createGrid } from "#geometry/grid.ts";
import { maskWhere } from "#geometry/mask.ts";
import { contourFeatures } from "./contour-features.ts";
import { applyRegression, expectationSentence, expectedDsc } from "./expected-dsc.ts";
import { type CalibrationContour, fitQuality } from "./fit-quality.ts";

const grid = createGrid([20, 20, 4], [1, 1, 3], patientPoint(0, 0, 0));

/** A square of `level` in slices 1 and 2. */
function contourAt(level: number) {
  const data = new Uint8Array(1600);
  for (const k of [1, 2])
    for (let j = 6; j < 14; j++) data.fill(level, k * 400 + j * 20 + 6, k * 400 + j * 20 + 14);
  return {
    confidence: { grid, data },
    mask: maskWhere(grid, (at) => data[at] >= 128),
    hu: new Int16Array(1600),
  };
}

/** Patients whose true DSC is their certainty, each with a copy of no worth. */
function patients(count: number): CalibrationContour[] {
  return Array.from({ length: count }, (_, at) => {
    const certainty = (at + 0.5) / count;
    const features = { contour: { certainty }, slices: [{ certainty }, undefined] };
    const patient = {
      patient: `p${at}`,
      kind: "patient",
      features,
      dsc: certainty,
      sliceDsc: [certainty, null],
    } as const;
    const nothing = { contour: { certainty: 0 }, slices: [{ certainty: 0 }, undefined] };
    return [
      patient,
      { ...patient, kind: "tumour-free", features: nothing, dsc: 0, sliceDsc: [0, null] } as const,
    ];
  }).flat();
}

const { quality, expected } = fitQuality(patients(20), { doubtBelow: 0.6, cohorts: ["c"] });

test("a fit on contours whose DSC is their certainty orders them so, and the metadata hold it as it is", () => {
  expect(quality.calibration.undegraded?.spearman).toBe(1);
  expect(quality.calibration.undegraded?.meanAbsoluteError).toBeLessThan(0.1);
  expect(quality.calibration.patients).toBe(20);
  expect(expected).toHaveLength(40);
  expect(qualitySchema.parse(JSON.parse(JSON.stringify(quality)))).toEqual(quality);
});

test("each patient is predicted without itself: one that contradicts all others does not bend its own prediction", () => {
  const odd = patients(20).map((contour) => (contour.patient === "p19" ? { ...contour, dsc: 0 } : contour));
  const at = 38;
  const withoutOdd = fitQuality(odd, { doubtBelow: 0.6, cohorts: ["c"] }).expected[at];
  expect(withoutOdd).toBe(expected[at]);
});

test("more of a feature never lowers the expected DSC, which lies between 0 and 1", () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  const features = fc.record(Object.fromEntries(featureNames.map((name) => [name, unit])));
  const regression = {
    intercept: -0.3,
    terms: featureNames.map((feature, at) => ({ feature, weight: at / 2, centre: 0.5, scale: 0.2 })),
  };
  fc.assert(
    fc.property(features, fc.constantFrom(...featureNames), unit, (values, name, more) => {
      const [before, after] = [values[name] ?? 0, Math.max(values[name] ?? 0, more)];
      const low = applyRegression(regression, { ...values, [name]: before });
      const high = applyRegression(regression, { ...values, [name]: after });
      expect(high).toBeGreaterThanOrEqual(low);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
    }),
  );
});

test("a certain contour is worth more than an uncertain one, which is doubtful and says why", () => {
  const [good, poor] = [255, 150].map((level) =>
    expectedDsc(contourFeatures(contourAt(level)), quality, { findings: [] }),
  );
  expect(good.doubtful).toBe(false);
  expect(good.dsc).toBeGreaterThan(0.8);
  expect(good.perSlice?.map((dsc) => dsc !== null)).toEqual([false, true, true, false]);
  expect(poor.doubtful).toBe(true);
  expect(poor.dsc).toBeLessThan(0.4);
  expect(expectationSentence(poor)).toMatch(/^Doubtful: The expected DSC 0\.\d\d is below 0\.60\.$/);
  expect(expectationSentence(good)).toMatch(/^Expected DSC 0\.\d\d \(mean error 0\.\d\d\)\.$/);
});

test("what lies low and has no lung below is doubtful however sure the model is, calibrated or not", () => {
  const features = contourFeatures(contourAt(255));
  for (const known of [undefined, quality]) {
    const of = (support: number, height: number) =>
      expectedDsc(features && { ...features, inLungs: { support, height } }, known, { findings: [] });
    expect([of(0.2, 0.2).doubtful, of(0, 0.5).doubtful, of(0, 0.2).doubtful]).toEqual([false, false, true]);
    expect(expectationSentence(of(0, -0.1))).toMatch(/^Doubtful: It lies low and has no lung below/);
  }
});

test("a contour that is broad where the CT ends is doubtful, however sure the model is, calibrated or not", () => {
  const features = contourFeatures(contourAt(255));
  for (const known of [undefined, quality]) {
    const of = (...cutOffAt: ("lowest" | "highest")[]) =>
      expectedDsc(features && { ...features, cutOffAt }, known, { findings: [] });
    expect([of().doubtful, of("lowest").doubtful]).toEqual([false, true]);
    expect(expectationSentence(of("lowest", "highest"))).toMatch(
      /^Doubtful: It ends where the CT does, at the lowest and the highest slice, and is broad there/,
    );
  }
});

test("a contour is doubtful where networks differ on much of it, left out or kept, and the slices of that are named", () => {
  const box = { from: [3, 4, 10], to: [9, 9, 16] } as const;
  const sentence = (isKept: boolean) => {
    const doubts = { findings: [], disputed: { box, isKept } };
    return expectationSentence(expectedDsc(contourFeatures(contourAt(255)), quality, doubts));
  };
  expect(sentence(false)).toMatch(
    /^Doubtful: A part of what .* was left out, since another one does not see it, in slices 11 to 16 from the feet/,
  );
  expect(sentence(true)).toMatch(
    /^Doubtful: A part of the contour is no tumour to another network, in slices 11 to 16 from the feet/,
  );
});

test("a contour is doubtful where the network is surer of another region, whose slices are named", () => {
  const surer = { from: [3, 4, 10], to: [9, 9, 16] } as const;
  const contour = expectedDsc(contourFeatures(contourAt(255)), quality, { findings: [], surer });
  expect(contour.dsc).toBeGreaterThan(0.8);
  expect(expectationSentence(contour)).toMatch(
    /^Doubtful: The network is surer of another region, in slices 11 to 16 from the feet/,
  );
});

test("a slice is worth what it shows itself and what the whole contour is worth", () => {
  const slice = {
    intercept: 0,
    terms: [{ feature: "contour", weight: 2, centre: 0.5, scale: 0.25 }],
  } as const;
  const ofContour: Quality = { ...quality, slice: { intercept: slice.intercept, terms: [...slice.terms] } };
  const { dsc, perSlice } = expectedDsc(contourFeatures(contourAt(230)), ofContour, { findings: [] });
  expect(perSlice?.[1]).toBeCloseTo(1 / (1 + Math.exp(-8 * ((dsc ?? 0) - 0.5))), 10);
});

test("a contour larger than any tumour that is known is doubtful, however sure it is", () => {
  const of = (volumeCc: number) =>
    expectedDsc(contourFeatures(contourAt(255)), quality, { findings: [], volumeCc });
  expect([of(600).doubtful, of(986).doubtful]).toEqual([false, true]);
  expect(of(986).reasons).toEqual(["It has 986 cc: few lung tumours have more than 600."]);
});

test("no number is made up without a calibration or without a contour", () => {
  for (const [level, known] of [
    [255, undefined],
    [100, quality],
  ] as const) {
    const nothing = expectedDsc(contourFeatures(contourAt(level)), known, { findings: [] });
    expect(nothing).toEqual({
      dsc: null,
      perSlice: null,
      meanError: null,
      doubtful: false,
      reasons: [],
    });
    expect(expectationSentence(nothing)).toBeUndefined();
  }
});

test("a CT without lungs or HU makes any contour doubtful, calibrated or not, in ASCII", () => {
  const findings = [
    finding("warning", "no-lungs", "Keine Lungen: größter Verdacht."),
    finding("info", "other", ""),
  ];
  for (const known of [undefined, quality] satisfies (Quality | undefined)[]) {
    const { doubtful, reasons } = expectedDsc(contourFeatures(contourAt(255)), known, { findings });
    expect(doubtful).toBe(true);
    expect(reasons).toEqual(["The CT shows no lungs."]);
  }
});

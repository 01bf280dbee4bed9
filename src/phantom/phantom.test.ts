/** The synthetic patients: the paper's Table 1, the same patient from the same seed, anatomy where it belongs. */
import { beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "#core/random.ts";
import { volumeCc } from "#geometry/mask.ts";
import { aortaDistance } from "./aorta.ts";
import { drawBodyPlan, widenVessels } from "./body-plan.ts";
import { generatePatient, type PhantomPatient } from "./generate.ts";
import { drawTumour, isLeft } from "./table1.ts";
import { createThoraxShape } from "./thorax/thorax-shape.ts";
import { placeTumour } from "./tumour.ts";
import { drawAcquisition, drawTumourPlan, wideVolumeCc } from "./variety.ts";

describe("tumours are drawn in the proportions of Table 1", () => {
  const count = 20_000;
  const random = createRandom(1);
  const plans = Array.from({ length: count }, () => drawTumour(random));

  /** Four standard errors of a proportion. */
  const near = (observed: number, expected: number): void => {
    expect(Math.abs(observed / count - expected)).toBeLessThan(
      4 * Math.sqrt((expected * (1 - expected)) / count),
    );
  };

  // Figures of the paper's Table 1, training cohort.
  test.each([
    ["left-upper", 112],
    ["left-lower", 67],
    ["right-upper", 53],
    ["right-middle", 48],
    ["right-lower", 20],
  ])("%s lobe: %i of 300", (lobe, expected) => {
    near(plans.filter((plan) => plan.lobe === lobe).length, expected / 300);
  });

  test.each([
    ["chest-wall", 31],
    ["mediastinum", 105],
  ])("contact with the %s: %i of 300", (contact, expected) => {
    near(plans.filter((plan) => plan.contact === contact).length, expected / 300);
  });

  test("the median volume, and none outside the range", () => {
    const volumes = plans.map((plan) => plan.volumeCc).sort((a, b) => a - b);
    expect(volumes[count / 2]).toBeGreaterThan(85.4 * 0.96);
    expect(volumes[count / 2]).toBeLessThan(85.4 * 1.04);
    expect(volumes[0]).toBeGreaterThanOrEqual(1.6);
    expect(volumes[count - 1]).toBeLessThanOrEqual(678.6);
  });

  test("300 patients reach near both ends of the range", () => {
    const volumes = plans.slice(0, 300).map((plan) => plan.volumeCc);
    expect(Math.min(...volumes)).toBeLessThan(6);
    expect(Math.max(...volumes)).toBeGreaterThan(300);
  });
});

describe("patients", () => {
  const patients: PhantomPatient[] = [];
  beforeAll(() => {
    for (let patient = 1; patient <= 4; patient++)
      patients.push(generatePatient(createRandom(9).fork(patient), { size: 96 }));
  });

  test("the same seed gives the same patient bit for bit, no two are alike", () => {
    const again = generatePatient(createRandom(9).fork(1), { size: 96 });
    expect(again.hu).toEqual(patients[0].hu);
    expect(again.gtv.data).toEqual(patients[0].gtv.data);
    expect(new Set(patients.map(({ description }) => JSON.stringify(description))).size).toBe(4);
  });

  test("5 mm slices, 57 to 121 of them, HU of 12 bits", () => {
    for (const { grid, hu } of patients) {
      expect(grid.spacingMm[2]).toBe(5);
      expect(grid.size[2]).toBeGreaterThanOrEqual(57);
      expect(grid.size[2]).toBeLessThanOrEqual(121);
      expect(hu.every((value) => value >= -1024 && value <= 3071)).toBe(true);
    }
  });

  test("the mask has the drawn volume and lies on the drawn side", () => {
    for (const { grid, gtv, description } of patients) {
      expect(Math.abs(volumeCc(gtv) / description.volumeCc - 1)).toBeLessThan(0.15);
      let x = 0;
      let count = 0;
      gtv.data.forEach((value, index) => {
        if (value === 0) return;
        x += index % grid.size[0];
        count++;
      });
      // The body stands near the middle of the image; i grows to the patient's left.
      expect(x / count > grid.size[0] / 2).toBe(isLeft(description.lobe));
    }
  });

  test("tumours are soft tissue in the mean, and air, lung, soft tissue and bone are all there", () => {
    for (const { hu, gtv } of patients) {
      let sum = 0;
      let count = 0;
      const classes = { air: 0, lung: 0, soft: 0, bone: 0 };
      hu.forEach((value, index) => {
        if (gtv.data[index] === 1) {
          sum += value;
          count++;
        }
        if (value < -950) classes.air++;
        else if (value < -650) classes.lung++;
        else if (value > -150 && value < 150) classes.soft++;
        else if (value > 200) classes.bone++;
      });
      expect(sum / count).toBeGreaterThan(-120);
      expect(sum / count).toBeLessThan(130);
      expect(classes.air / hu.length).toBeGreaterThan(0.15);
      expect(classes.lung / hu.length).toBeGreaterThan(0.02);
      expect(classes.soft / hu.length).toBeGreaterThan(0.1);
      expect(classes.bone / hu.length).toBeGreaterThan(0.003);
    }
  });

  test("another matrix shows the same patient", () => {
    const finer = generatePatient(createRandom(9).fork(2), { size: 128 });
    expect(finer.description.lobe).toBe(patients[1].description.lobe);
    expect(Math.abs(volumeCc(finer.gtv) / volumeCc(patients[1].gtv) - 1)).toBeLessThan(0.1);
    expect(finer.grid.size[2]).toBe(patients[1].grid.size[2]);
  });
});

describe("the wide variety", () => {
  test("thin and thick slices, tumours within the volumes of the cohort, masks that lie in the image", () => {
    const made = [1, 2, 3].map((patient) =>
      generatePatient(createRandom(500).fork(patient), { size: 64, variety: "wide" }),
    );
    expect(new Set(made.map(({ grid }) => grid.spacingMm[2]))).toEqual(new Set([2.5, 5]));
    for (const { grid, gtv, description } of made) {
      expect(description.volumeCc).toBeGreaterThanOrEqual(wideVolumeCc.lowest);
      expect(description.volumeCc).toBeLessThanOrEqual(wideVolumeCc.highest);
      expect(grid.size[2]).toBeLessThanOrEqual(121);
      expect(Math.abs(volumeCc(gtv) / description.volumeCc - 1)).toBeLessThan(0.2);
    }
  });

  test("volumes up to 600 cc, some of them against the aorta, and images of one lung among the others", () => {
    const draws = Array.from({ length: 400 }, (_, at) => createRandom("draws").fork(at));
    const plans = draws.map((random) => drawTumourPlan(random.fork("table1"), "wide"));
    const against = plans.filter(({ contact }) => contact === "aorta");
    expect(against.length).toBeGreaterThan(30);
    expect(against.every(({ lobe }) => isLeft(lobe))).toBe(true);
    // Even over the logarithm: ln 2 / ln(600 / 0.7) of them, 10 %, above 300 cc.
    const great = plans.filter(({ volumeCc: cc }) => cc > 300).length;
    expect(Math.abs(great / 400 - Math.log(2) / Math.log(600 / 0.7))).toBeLessThan(0.06);
    const crops = draws.filter((random) => drawAcquisition(random.fork("placement"), "wide").oneLung > 0);
    expect(crops.length).toBeGreaterThan(20);
    expect(drawAcquisition(draws[0].fork("placement"), "paper").oneLung).toBe(0);
  });

  test("a tumour at the aorta touches its wall and stays out of it, and keeps to its side", () => {
    const random = createRandom("at the aorta");
    const plan = widenVessels(drawBodyPlan(random.fork("body")), random.fork("vessels"));
    const shape = createThoraxShape(plan, random);
    const aorta = aortaDistance(plan, shape);
    const wanted = { lobe: "left-lower", contact: "aorta", volumeCc: 40 } as const;
    const kinds = { variety: "wide", subsolidPart: 0 } as const;
    const { centre, reachMm, distance } = placeTumour({ plan, shape }, wanted, kinds, random.fork("tumour"));
    let nearest = Number.POSITIVE_INFINITY;
    for (let z = -reachMm; z <= reachMm; z += 2) {
      for (let y = -reachMm; y <= reachMm; y += 2) {
        for (let x = -reachMm; x <= reachMm; x += 2) {
          const point = [centre[0] + x, centre[1] + y, centre[2] + z] as const;
          if (distance(...point) >= 0) continue;
          nearest = Math.min(nearest, aorta(...point));
          expect(Math.sign(point[0])).toBe(Math.sign(centre[0]));
        }
      }
    }
    expect(nearest).toBeGreaterThan(0);
    expect(nearest).toBeLessThan(8);
  });
});

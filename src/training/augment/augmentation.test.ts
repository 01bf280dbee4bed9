import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { augmentationOptionsSchema, largestElastic } from "#contract/augmentation-options.ts";
import { createRandom } from "#core/random.ts";
import { affineOf, augmentationRange, drawAugmentation, type Transform, warpOf } from "./augmentation.ts";
import { drawElasticField } from "./elastic-field.ts";
import { createWarp } from "./warp.ts";

const size = 160;
const off = augmentationOptionsSchema.parse({});

type Disc = { readonly x: number; readonly y: number; readonly radius: number };

/** A disc's level, rising 2 levels a pixel towards its centre: 127 on its edge. Its mask is where the level is above that. */
const edgeLevel = 127;
const levelsPerPixel = 2;
function discImage({ x, y, radius }: Disc): { levels: Uint8Array; mask: Uint8Array } {
  const level = (at: number): number =>
    edgeLevel + levelsPerPixel * (radius - Math.hypot((at % size) - x, Math.floor(at / size) - y));
  const levels = Uint8Array.from({ length: size * size }, (_, at) =>
    Math.round(Math.min(254, Math.max(0, level(at)))),
  );
  return { levels, mask: levels.map((_, at) => (level(at) > edgeLevel ? 1 : 0)) };
}

/** Where a transform puts a disc, from the transform's meaning alone. */
function moved({ x, y, radius }: Disc, transform: Transform): Disc {
  const centre = (size - 1) / 2;
  switch (transform.kind) {
    case "flip":
      return { x: size - 1 - x, y, radius };
    case "translate":
      return { x: x + Math.round(transform.x * size), y: y + Math.round(transform.y * size), radius };
    case "scale": {
      const { factor } = transform;
      return {
        x: centre + factor * (x - centre),
        y: centre + factor * (y - centre),
        radius: factor * radius,
      };
    }
    case "rotate": {
      // Positive turns clockwise on a screen, whose y runs down.
      const angle = (-transform.degrees * Math.PI) / 180;
      const [u, v] = [x - centre, y - centre];
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      return { x: centre + cos * u + sin * v, y: centre - sin * u + cos * v, radius };
    }
    case "crop": {
      const { keptWidth } = transform;
      const left = transform.x * (size - 1) * (1 - keptWidth);
      const top = transform.y * (size - 1) * (1 - keptWidth);
      return { x: (x - left) / keptWidth, y: (y - top) / keptWidth, radius: radius / keptWidth };
    }
  }
}

const part = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true });
const { translation, scaling, crop } = augmentationRange;
const transform: fc.Arbitrary<Transform> = fc.oneof(
  fc.constant({ kind: "flip" } as const),
  fc.record({
    kind: fc.constant("translate" as const),
    x: part(-translation, translation),
    y: part(-translation, translation),
  }),
  fc.record({ kind: fc.constant("scale" as const), factor: part(...scaling) }),
  fc.record({ kind: fc.constant("crop" as const), keptWidth: part(crop, 1), x: part(0, 1), y: part(0, 1) }),
  fc.record({ kind: fc.constant("rotate" as const), degrees: part(-30, 30) }),
);
const transforms = fc.array(transform, { maxLength: 5 });
const disc: fc.Arbitrary<Disc> = fc.record({ x: part(60, 100), y: part(60, 100), radius: part(25, 35) });

function centroid(mask: ArrayLike<number>, inside: (value: number) => boolean): [number, number] {
  let [count, x, y] = [0, 0, 0];
  for (let at = 0; at < mask.length; at++) {
    if (!inside(mask[at])) continue;
    count++;
    x += at % size;
    y += Math.floor(at / size);
  }
  return [x / count, y / count];
}

describe("image and mask stay aligned", () => {
  test("under every combination of transforms both are where the transforms' meanings put the disc, to half a pixel of the source", () => {
    fc.assert(
      fc.property(transforms, disc, (chosen, from) => {
        const source = discImage(from);
        const affine = affineOf(chosen, size);
        const warp = createWarp(affine, undefined, size);
        const image = warp.image(source.levels, 0);
        const mask = warp.mask(source.mask);
        const to = chosen.reduce(moved, from);
        const scale = to.radius / from.radius;
        // Half a source pixel along each axis is this far along a diagonal; levels are rounded to 1/4 pixel.
        const slack = scale * Math.SQRT1_2 + 1e-6;
        const rounding = scale * (0.5 / levelsPerPixel + 0.02);
        let [wrongMask, wrongImage] = [0, 0];
        for (let at = 0; at < mask.length; at++) {
          const depth = to.radius - Math.hypot((at % size) - to.x, Math.floor(at / size) - to.y);
          if (Math.abs(depth) > slack && (mask[at] === 1) !== depth > 0) wrongMask++;
          if (Math.abs(depth) > rounding && image[at] > edgeLevel !== depth > 0) wrongImage++;
        }
        expect([wrongMask, wrongImage]).toEqual([0, 0]);
      }),
      { numRuns: 100 },
    );
  });

  test("the mask's centroid is the level set's: never half a pixel off, and not at all on the average", () => {
    const random = createRandom(11);
    const options = { ...off, elastic: 0.03 };
    let [sumX, sumY, count] = [0, 0, 0];
    for (let draw = 0; draw < 300; draw++) {
      const drawRandom = random.fork(draw);
      const drawn = drawAugmentation(drawRandom.fork("map"), draw % 2 === 0 ? off : options);
      const from = {
        x: drawRandom.uniform(70, 90),
        y: drawRandom.uniform(70, 90),
        radius: drawRandom.uniform(8, 30),
      };
      const source = discImage(from);
      const warp = warpOf(drawn, size);
      const mask = warp.mask(source.mask);
      if (touchesEdge(mask)) continue;
      const [maskX, maskY] = centroid(mask, (value) => value === 1);
      const [imageX, imageY] = centroid(warp.image(source.levels, 0), (value) => value > edgeLevel);
      expect(Math.hypot(maskX - imageX, maskY - imageY)).toBeLessThan(0.5);
      sumX += maskX - imageX;
      sumY += maskY - imageY;
      count++;
    }
    expect(count).toBeGreaterThan(250);
    // One image's difference has a spread of 0.15 pixels, the mean of 250 of 0.01: four of those and no bias.
    expect(Math.abs(sumX / count)).toBeLessThan(0.04);
    expect(Math.abs(sumY / count)).toBeLessThan(0.04);
  });

  test("flips and translations alone move both by the same whole number of pixels: the mask is the level set, exactly", () => {
    const rigid = transform.filter(({ kind }) => kind === "flip" || kind === "translate");
    fc.assert(
      fc.property(fc.array(rigid, { maxLength: 4 }), disc, (chosen, from) => {
        const source = discImage(from);
        const mask = source.levels.map((level) => (level > edgeLevel ? 1 : 0));
        const warp = createWarp(affineOf(chosen, size), undefined, size);
        const image = warp.image(source.levels, 0);
        const differing = warp.mask(mask).filter((value, at) => (value === 1) !== image[at] > edgeLevel);
        expect(differing.length).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test("under elastic deformation with any transforms the mask is the level set to half a pixel along each axis", () => {
    fc.assert(
      fc.property(
        transforms,
        disc,
        fc.integer(),
        part(0, largestElastic),
        (chosen, from, seed, amplitude) => {
          const source = discImage(from);
          const field = drawElasticField(createRandom(seed), amplitude);
          const warp = createWarp(affineOf(chosen, size), field, size);
          const image = warp.image(source.levels, 0);
          // The level says how far inside the disc's edge the shown place of the source lies, in steps of half a pixel.
          const slack = Math.SQRT1_2 * levelsPerPixel + 0.6;
          const wrong = warp.mask(source.mask).filter((value, at) => {
            const depth = image[at] - edgeLevel;
            return Math.abs(depth) > slack && (value === 1) !== depth > 0;
          });
          expect(wrong.length).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

function touchesEdge(mask: Uint8Array): boolean {
  for (let at = 0; at < size; at++) {
    if (mask[at] || mask[(size - 1) * size + at] || mask[at * size] || mask[at * size + size - 1])
      return true;
  }
  return false;
}

describe("what is drawn", () => {
  test("each of the 15 combinations of the paper's four comes equally often, and none of them is no transform", () => {
    const random = createRandom(4);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 6000; draw++) {
      const { transforms: drawn } = drawAugmentation(random.fork(draw), off);
      const key = drawn.map(({ kind }) => kind).join("+");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(15);
    // 400 of each are expected; five standard deviations of a binomial count are 97.
    for (const count of counts.values()) expect(Math.abs(count - 400)).toBeLessThan(97);
  });

  test("every transform keeps within its range and the same seed gives the same augmentation", () => {
    const options = { ...off, rotationDegrees: 10, elastic: 0.03, contrast: 0.1, noiseHu: 20 };
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const drawn = drawAugmentation(createRandom(seed), options);
        expect(drawAugmentation(createRandom(seed), options)).toEqual(drawn);
        for (const step of drawn.transforms) {
          if (step.kind === "translate")
            expect(Math.max(Math.abs(step.x), Math.abs(step.y))).toBeLessThan(translation);
          if (step.kind === "scale") expect(step.factor).toBeGreaterThanOrEqual(scaling[0]);
          if (step.kind === "scale") expect(step.factor).toBeLessThan(scaling[1]);
          if (step.kind === "crop") expect(step.keptWidth).toBeGreaterThanOrEqual(crop);
          if (step.kind === "rotate") expect(Math.abs(step.degrees)).toBeLessThan(10);
        }
        expect(Math.max(...(drawn.elastic ?? []).map(Math.abs))).toBeLessThanOrEqual(0.03);
        expect(drawn.intensity?.gain).toBeGreaterThan(0.9);
        expect(drawn.intensity?.offsetHu).toBeCloseTo(0, 12);
      }),
    );
  });

  test("options past the paper leave the paper's four as they are drawn without them", () => {
    const four = drawAugmentation(createRandom(7), off).transforms;
    const more = drawAugmentation(createRandom(7), { ...off, rotationDegrees: 5, elastic: 0.01, noiseHu: 9 });
    expect(more.transforms.filter(({ kind }) => kind !== "rotate")).toEqual(four);
  });

  test("zoom scales every augmented image, as often up as down and no further than it says, and leaves the four", () => {
    let larger = 0;
    for (let seed = 0; seed < 1000; seed++) {
      const four = drawAugmentation(createRandom(seed), off).transforms;
      const zoomed = drawAugmentation(createRandom(seed), { ...off, zoom: 0.6 }).transforms;
      const at = four[0]?.kind === "flip" ? 1 : 0;
      const zoom = zoomed[at];
      expect(zoomed.toSpliced(at, 1)).toEqual(four);
      if (zoom.kind !== "scale") throw new Error(`${zoom.kind} stands where the zoom should`);
      expect(zoom.factor).toBeGreaterThanOrEqual(1 / 1.6);
      expect(zoom.factor).toBeLessThan(1.6);
      if (zoom.factor > 1) larger++;
    }
    // 500 are expected; five standard deviations of a binomial count are 79.
    expect(Math.abs(larger - 500)).toBeLessThan(79);
  });
});

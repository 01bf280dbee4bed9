/**
 * The paper's augmentation: flip, translation, scaling and cropping, each augmented image by a random combination of the
 * four, intensities never changed, image and mask by the same transform (Zhang 2020, Methods). Options past the paper:
 * rotation, further scaling, elastic deformation and changes of intensity. What is drawn is plain data in parts of the image's width and
 * fits every matrix; a combination becomes one map, so that an image is interpolated once.
 */
import type { AugmentationOptions } from "#contract/augmentation-options.ts";
import type { Random } from "#core/random.ts";
import { type AffineMap, aboutCentre, compose, identityMap } from "#preprocess/affine-map.ts";
import { drawElasticField, type ElasticField } from "./elastic-field.ts";
import { drawIntensityChange, type IntensityChange } from "./intensity-change.ts";
import { createWarp } from "./warp.ts";

/** Lengths in parts of the image's width; what is shown moves right and down by x and y, and grows by `factor`. */
export type Transform =
  | { readonly kind: "flip" }
  | { readonly kind: "rotate"; readonly degrees: number }
  | { readonly kind: "scale"; readonly factor: number }
  | { readonly kind: "translate"; readonly x: number; readonly y: number }
  /** Keeps `keptWidth` of the width, which fills the image again; x and y, 0 to 1, say where in the rest. */
  | { readonly kind: "crop"; readonly keptWidth: number; readonly x: number; readonly y: number };

export type Augmentation = {
  /** In the order in which they are applied to the image. */
  readonly transforms: readonly Transform[];
  readonly elastic: ElasticField | undefined;
  readonly intensity: IntensityChange | undefined;
};

/** How far the paper's four go; it names them and gives no figures, so these are ours. */
export const augmentationRange = {
  /** Largest translation, in parts of the image's width. */
  translation: 0.08,
  /** Smallest and largest enlargement. */
  scaling: [0.85, 1.2],
  /** Smallest part of the width that a crop keeps. */
  crop: 0.8,
} as const;

/** A random combination of the four transforms, each taken with even chance and at least one of them; then the options. */
export function drawAugmentation(random: Random, options: AugmentationOptions): Augmentation {
  const { translation, scaling, crop } = augmentationRange;
  const { rotationDegrees, zoom, elastic } = options;
  const chosen = 1 + random.integer(15);
  const transforms: Transform[] = [];
  if (chosen & 1) transforms.push({ kind: "flip" });
  if (rotationDegrees > 0) {
    const degrees = random.fork("rotation").uniform(-rotationDegrees, rotationDegrees);
    transforms.push({ kind: "rotate", degrees });
  }
  if (zoom > 0) {
    // Even in the logarithm: as many images grow by a factor as shrink by it.
    const furthest = Math.log(1 + zoom);
    transforms.push({ kind: "scale", factor: Math.exp(random.fork("zoom").uniform(-furthest, furthest)) });
  }
  if (chosen & 2) {
    const [x, y] = [random.uniform(-translation, translation), random.uniform(-translation, translation)];
    transforms.push({ kind: "translate", x, y });
  }
  if (chosen & 4) transforms.push({ kind: "scale", factor: random.uniform(...scaling) });
  if (chosen & 8) {
    transforms.push({ kind: "crop", keptWidth: random.uniform(crop, 1), x: random.next(), y: random.next() });
  }
  return {
    transforms,
    elastic: elastic > 0 ? drawElasticField(random.fork("elastic"), elastic) : undefined,
    intensity: drawIntensityChange(random.fork("intensity"), options),
  };
}

/** All transforms as one map, from pixels of the result to pixels of the source, for a square image of `size` a side. */
export function affineOf(transforms: readonly Transform[], size: number): AffineMap {
  return transforms.reduce((map, transform) => compose(map, mapOf(transform, size)), identityMap);
}

function mapOf(transform: Transform, size: number): AffineMap {
  switch (transform.kind) {
    case "flip":
      return aboutCentre({ ...identityMap, xx: -1 }, size);
    case "rotate": {
      const angle = (transform.degrees * Math.PI) / 180;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      return aboutCentre({ xx: cos, xy: sin, yx: -sin, yy: cos }, size);
    }
    case "scale":
      return aboutCentre({ ...identityMap, xx: 1 / transform.factor, yy: 1 / transform.factor }, size);
    case "translate":
      // Whole pixels: nothing is interpolated, and a mask moves exactly as far as its image.
      return { ...identityMap, x0: -Math.round(transform.x * size), y0: -Math.round(transform.y * size) };
    case "crop": {
      const { keptWidth, x, y } = transform;
      const room = (size - 1) * (1 - keptWidth);
      return { ...identityMap, xx: keptWidth, x0: x * room, yy: keptWidth, y0: y * room };
    }
  }
}

/** The spatial part of an augmentation, ready for the images and the mask of one sample. */
export function warpOf({ transforms, elastic }: Augmentation, size: number) {
  return createWarp(affineOf(transforms, size), elastic, size);
}

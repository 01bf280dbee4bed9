/**
 * Affine maps of the image plane. A map takes the place of an output pixel to the place in the source image that it shows,
 * both in pixels of the network's matrix with pixel centres at whole numbers. Not here: what is drawn at random
 * (augmentation.ts) and interpolation (warp.ts).
 */

/** x' = xx * x + xy * y + x0, y' = yx * x + yy * y + y0. */
export type AffineMap = {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
};

export const identityMap: AffineMap = { xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0 };

export function mapPoint(map: AffineMap, x: number, y: number): readonly [x: number, y: number] {
  return [map.xx * x + map.xy * y + map.x0, map.yx * x + map.yy * y + map.y0];
}

/** The map that applies `first` to a point and then `second` to the result. */
export function compose(second: AffineMap, first: AffineMap): AffineMap {
  const [x0, y0] = mapPoint(second, first.x0, first.y0);
  return {
    xx: second.xx * first.xx + second.xy * first.yx,
    xy: second.xx * first.xy + second.xy * first.yy,
    x0,
    yx: second.yx * first.xx + second.yy * first.yx,
    yy: second.yx * first.xy + second.yy * first.yy,
    y0,
  };
}

/** The map back: compose(inverse(map), map) is the identity. The map must not collapse the plane. */
export function inverse(map: AffineMap): AffineMap {
  const determinant = map.xx * map.yy - map.xy * map.yx;
  if (determinant === 0) throw new Error("this affine map collapses the plane and has no inverse");
  const xx = map.yy / determinant;
  const xy = -map.xy / determinant;
  const yx = -map.yx / determinant;
  const yy = map.xx / determinant;
  return { xx, xy, x0: -(xx * map.x0 + xy * map.y0), yx, yy, y0: -(yx * map.x0 + yy * map.y0) };
}

/** A linear map about the centre of a square image of `size` pixels a side: the centre stays where it is. */
export function aboutCentre(linear: Pick<AffineMap, "xx" | "xy" | "yx" | "yy">, size: number): AffineMap {
  const centre = (size - 1) / 2;
  const { xx, xy, yx, yy } = linear;
  return { xx, xy, x0: centre * (1 - xx - xy), yx, yy, y0: centre * (1 - yx - yy) };
}

/**
 * The one place where voxels become pixels of a viewport and back, for image, contours and pointer alike. CSS pixels
 * throughout, unless a name says device pixels.
 */
import type { Vector3 } from "#core/coordinates.ts";
import type { PlaneGeometry } from "./plane-geometry.ts";

/** What the middle of the viewport shows, and how large: zoom 1 fits the whole plane. */
export type PlaneCamera = { readonly centreU: number; readonly centreV: number; readonly zoom: number };

export type PlaneProjection = {
  readonly geometry: PlaneGeometry;
  readonly camera: PlaneCamera;
  /** The canvas' size in device pixels, and device pixels for one CSS pixel. */
  readonly deviceWidth: number;
  readonly deviceHeight: number;
  readonly pixelRatio: number;
};

const zoomRange = [0.4, 60] as const;

/** The camera that shows the whole plane. */
export function wholePlane(geometry: PlaneGeometry): PlaneCamera {
  return { centreU: (geometry.width - 1) / 2, centreV: (geometry.height - 1) / 2, zoom: 1 };
}

/** CSS pixels for one millimetre, the same along u and v. */
export function pixelsPerMm({ geometry, camera, ...canvas }: PlaneProjection): number {
  const across = canvas.deviceWidth / (geometry.width * geometry.uMm);
  const down = canvas.deviceHeight / (geometry.height * geometry.vMm);
  return (camera.zoom * Math.min(across, down)) / canvas.pixelRatio;
}

/** Where the voxel point (u, v) is painted; integers are voxel centres. */
export function project(projection: PlaneProjection, u: number, v: number): readonly [number, number] {
  const [a, d, e, f] = coefficients(projection);
  return [(a * u + e) / projection.pixelRatio, (d * v + f) / projection.pixelRatio];
}

/** The voxel point (u, v) that is painted at (x, y). */
export function unproject(projection: PlaneProjection, x: number, y: number): readonly [number, number] {
  const [a, d, e, f] = coefficients(projection);
  return [(x * projection.pixelRatio - e) / a, (y * projection.pixelRatio - f) / d];
}

/** The transform for a canvas on which (u, v) are drawn in device pixels: setTransform(a, 0, 0, d, e, f). */
export function coefficients(projection: PlaneProjection): readonly [number, number, number, number] {
  const { geometry, camera, deviceWidth, deviceHeight, pixelRatio } = projection;
  const scale = pixelsPerMm(projection) * pixelRatio;
  const a = scale * geometry.uMm;
  const d = scale * geometry.vMm * (geometry.vUp ? -1 : 1);
  return [a, d, deviceWidth / 2 - a * camera.centreU, deviceHeight / 2 - d * camera.centreV];
}

/** The camera after zooming by `factor` so that the point under (x, y) stays there. */
export function zoomAt(projection: PlaneProjection, x: number, y: number, factor: number): PlaneCamera {
  const { camera } = projection;
  const zoom = Math.min(zoomRange[1], Math.max(zoomRange[0], camera.zoom * factor));
  const [u, v] = unproject(projection, x, y);
  const ratio = camera.zoom / zoom;
  return { centreU: u + (camera.centreU - u) * ratio, centreV: v + (camera.centreV - v) * ratio, zoom };
}

/** The camera after zooming at a voxel of the slice, which comes to the middle where it was out of view. */
export function zoomOnto(projection: PlaneProjection, voxel: Vector3, factor: number): PlaneCamera {
  const { geometry, deviceWidth, deviceHeight, pixelRatio } = projection;
  const [u, v] = [voxel[geometry.axes[0]], voxel[geometry.axes[1]]];
  const [x, y] = project(projection, u, v);
  const inView = x >= 0 && y >= 0 && x * pixelRatio <= deviceWidth && y * pixelRatio <= deviceHeight;
  const camera = zoomAt(projection, x, y, factor);
  return inView ? camera : { ...camera, centreU: u, centreV: v };
}

/** The camera after dragging the image by (dx, dy); some of the plane stays in view. */
export function panBy(projection: PlaneProjection, dx: number, dy: number): PlaneCamera {
  const [a, d] = coefficients(projection);
  const { geometry, camera, pixelRatio } = projection;
  const within = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
  return {
    ...camera,
    centreU: within(camera.centreU - (dx * pixelRatio) / a, geometry.width),
    centreV: within(camera.centreV - (dy * pixelRatio) / d, geometry.height),
  };
}

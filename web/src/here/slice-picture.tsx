/** One axial slice of the CT with the contour on it, and a slider through the slices: to see what was found, not to review it. */
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { lowestHu, windowGreys } from "../review/viewer/image/window-greys.ts";
import type { Picture } from "./messages.ts";

/** In which lung and soft tissue are both seen. */
const bothWindow = { lower: -1000, upper: 400 };
/** Opaque red, as the ROI in the file. */
const red = 0xff0000ff;

export function SlicePicture({ picture }: { readonly picture: Picture }): ReactNode {
  const [columns, rows, count] = picture.size;
  const [k, setSlice] = useState(() => middleSlice(picture));
  const canvas = useRef<HTMLCanvasElement>(null);
  const greys = useMemo(() => windowGreys(bothWindow), []);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const image = new ImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    const area = columns * rows;
    const hu = picture.hu.subarray(k * area, (k + 1) * area);
    const mask = picture.mask.subarray(k * area, (k + 1) * area);
    for (let at = 0; at < area; at++)
      pixels[at] = isBorder(mask, at, columns) ? red : greys[hu[at] - lowestHu];
    context.putImageData(image, 0, 0);
  }, [picture, k, columns, rows, greys]);
  const aspect = (columns * picture.spacingMm[0]) / (rows * picture.spacingMm[1]);
  return (
    <figure className="here-picture">
      <canvas
        ref={canvas}
        width={columns}
        height={rows}
        style={{ aspectRatio: aspect }}
        data-testid="here-slice"
      />
      <figcaption>
        <label>
          Slice {k + 1} of {count}, counted from the feet
          <input
            type="range"
            min={1}
            max={count}
            value={k + 1}
            onChange={(event) => setSlice(Number(event.currentTarget.value) - 1)}
          />
        </label>
      </figcaption>
    </figure>
  );
}

/** A voxel of the contour with a neighbour in the slice that is none. */
function isBorder(mask: Uint8Array, at: number, columns: number): boolean {
  if (mask[at] === 0) return false;
  return [at - 1, at + 1, at - columns, at + columns].some((other) => mask[other] !== 1);
}

/** Of those with contour; of the CT where there is none. */
function middleSlice({ size: [columns, rows, count], mask }: Picture): number {
  const first = mask.indexOf(1);
  if (first < 0) return Math.floor(count / 2);
  return Math.floor((first + mask.lastIndexOf(1)) / 2 / (columns * rows));
}

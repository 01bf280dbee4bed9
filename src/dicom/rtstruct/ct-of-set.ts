/**
 * Which CT a structure set or segmentation belongs to, whoever asks: the series that it names (PS3.3 C.8.8.5); if none of
 * those is here, the only series in a frame of reference that it names. Never a guess: several that fit are a fault.
 * Not here: whether the set's contours lie on that CT's slices (rasterise-roi.ts).
 */
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";

/** What a set says that it was drawn on; either may be empty. */
export type DrawnOn = {
  readonly referencedSeries: readonly string[];
  readonly framesOfReference: readonly string[];
};

export type CtIdentity = {
  readonly seriesInstanceUid: string;
  readonly frameOfReferenceUid: string | undefined;
};

export type CtOfSet<Ct> =
  | {
      readonly ct: Ct;
      /** Found by the frame of reference alone. */
      readonly byFrame: boolean;
    }
  /** `no-ct` or `several-ct`, for the caller to throw or to tell. */
  | { readonly ct: undefined; readonly fault: DelineateError };

export function ctOfSet<Ct extends CtIdentity>(set: DrawnOn, cts: readonly Ct[]): CtOfSet<Ct> {
  const referenced = cts.filter(({ seriesInstanceUid }) => set.referencedSeries.includes(seriesInstanceUid));
  if (referenced.length === 1) return { ct: referenced[0], byFrame: false };
  if (referenced.length > 1)
    return several(`This structure set names ${referenced.length} CT series that are here.`);
  const framed = cts.filter(
    ({ frameOfReferenceUid: uid }) => uid !== undefined && set.framesOfReference.includes(uid),
  );
  if (framed.length === 1) return { ct: framed[0], byFrame: true };
  if (framed.length > 1)
    return several(
      "This structure set names no series that is here, and several share its frame of reference.",
    );
  return {
    ct: undefined,
    fault: new DelineateError("no-ct", "The CT that this structure set was drawn on is not here."),
  };
}

/** Tells of a set whose CT it does not name: another phase or another reconstruction would fit its frame as well. */
export function pairedByFrame(where: string): Finding {
  const message =
    "The structure set does not name this CT series; it was paired by frame of reference alone. Check that it fits the images.";
  return finding("warning", "paired-by-frame", message, where);
}

function several(message: string): { readonly ct: undefined; readonly fault: DelineateError } {
  return { ct: undefined, fault: new DelineateError("several-ct", message) };
}

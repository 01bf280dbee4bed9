/**
 * What a CT image's header says of the units of its values (PS3.3 C.11.1 Modality LUT, C.8.2.1 CT Image; in enhanced
 * objects C.8.15.3.10): stored values become HU by Rescale Slope and Intercept, and Rescale Type names the unit.
 * Anonymisers strip them, and maps of electron density or iodine are stored as CT images too.
 */

import { type DataSet, number, text } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import type { Rescale } from "./stored-to-hu.ts";

type Units = {
  readonly rescale: Rescale;
  /** Why the values that come out may be no HU; undefined where the header says that they are. */
  readonly doubt: string | undefined;
};

/** `transformation` holds (0028,1052-1054). What is missing is taken as slope 1 and intercept 0, with a doubt. */
export function readUnits(transformation: DataSet): Units {
  const slope = number(transformation, tags.RescaleSlope);
  const intercept = number(transformation, tags.RescaleIntercept);
  const usable = slope !== undefined && slope !== 0;
  const rescale = { slope: usable ? slope : 1, intercept: intercept ?? 0 };
  if (!usable || intercept === undefined)
    return {
      rescale,
      doubt: `has no ${missing(usable, intercept)}, expected the way from stored values to HU`,
    };
  const type = text(transformation, tags.RescaleType)?.trim().toUpperCase() ?? "";
  return {
    rescale,
    doubt:
      type === "" || type === "HU"
        ? undefined
        : `gives its values in ${shown(type)}, expected HU (0028,1054)`,
  };
}

function missing(hasSlope: boolean, intercept: number | undefined): string {
  const names = [
    ...(hasSlope ? [] : ["Rescale Slope (0028,1053)"]),
    ...(intercept === undefined ? ["Rescale Intercept (0028,1052)"] : []),
  ];
  return names.join(" and ");
}

/** The defined terms are short words; anything else is not repeated in a message. */
function shown(type: string): string {
  return /^[A-Z0-9_]{1,16}$/.test(type) ? type : "a unit of its own";
}

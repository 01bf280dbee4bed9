/** What a viewer searches by (QIDO-RS, PS3.18 8.3.4): attributes that have to match as for C-FIND (PS3.4 C.2.2.2), and what it wants. */
import { DelineateError } from "#core/errors.ts";
import { tagOf } from "#dicom/dictionary.ts";
import type { JsonDataSet, JsonValue } from "./dicom-json.ts";

export type Query = {
  /** Patterns by tag. */
  readonly match: ReadonlyMap<string, string>;
  /** Wanted besides what is always told. */
  readonly fields: ReadonlySet<string>;
  /** Every attribute is wanted. */
  readonly all: boolean;
  readonly limit: number;
  readonly offset: number;
};

/** An answer is held in memory. */
const mostResults = 5000;

/** Settings of a search that change nothing here; anything else has to be an attribute. */
const passedOver = new Set(["fuzzymatching", "emptyvaluematching", "multiplevaluematching", "accept"]);

/** Throws `usage` for an attribute that is none: passed over, everybody's patients would be found. */
export function parseQuery(parameters: URLSearchParams): Query {
  const match = new Map<string, string>();
  const fields = new Set<string>();
  let [all, limit, offset] = [false, mostResults, 0];
  for (const [name, value] of parameters) {
    if (name === "limit") limit = Math.min(wholeNumber(name, value), mostResults);
    else if (name === "offset") offset = wholeNumber(name, value);
    else if (name === "includefield") {
      if (value === "all") all = true;
      else for (const field of value.split(",").filter(Boolean)) fields.add(knownTag(field.split(".")[0]));
    } else if (!passedOver.has(name)) match.set(knownTag(name), value);
  }
  return { match, fields, all, limit, offset };
}

function knownTag(name: string): string {
  const tag = tagOf(name);
  if (tag !== undefined) return tag;
  throw new DelineateError(
    "usage",
    `${/^\w{1,64}$/.test(name) ? name : "A parameter"} is no attribute to search by: expected its keyword, or its tag of eight digits.`,
  );
}

function wholeNumber(name: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new DelineateError("usage", `${name} is no whole number.`);
}

/** Whether every pattern of which `attributes` say something, or all if `strict`, matches one of the attribute's values. */
export function matches(
  { match }: Pick<Query, "match">,
  attributes: JsonDataSet,
  { strict }: { readonly strict: boolean },
): boolean {
  for (const [tag, pattern] of match) {
    const element = attributes[tag];
    // A star alone matches an empty or absent value too (PS3.4 C.2.2.2.4).
    if (/^\**$/.test(pattern) || (element === undefined && !strict)) continue;
    const { vr = "", Value: values = [] } = element ?? {};
    if (!values.some((value) => matchesOne(vr, pattern, value))) return false;
  }
  return true;
}

function matchesOne(vr: string, pattern: string, value: JsonValue): boolean {
  if (vr === "UI") return pattern.split(/[,\\]/).includes(String(value));
  if (vr === "PN") {
    const groups = Object.values(value ?? {});
    return groups.some((group) => fits(pattern.toLowerCase(), String(group).toLowerCase()));
  }
  const text = String(value ?? "");
  const [from, to] = pattern.split("-");
  if ((vr === "DA" || vr === "TM") && to !== undefined)
    return text >= from && (to === "" || text.slice(0, to.length) <= to);
  return fits(pattern, text);
}

/** * stands for any characters, ? for one. In time by the product of both lengths at most, which a regular expression is not. */
function fits(pattern: string, text: string): boolean {
  let [at, place] = [0, 0];
  let star: readonly [at: number, place: number] | undefined;
  while (place < text.length) {
    if (pattern[at] === "*") star = [at++, place];
    else if (pattern[at] === "?" || pattern[at] === text[place]) {
      at++;
      place++;
    } else if (star !== undefined) {
      // The last star takes one more.
      star = [star[0], star[1] + 1];
      [at, place] = [star[0] + 1, star[1]];
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

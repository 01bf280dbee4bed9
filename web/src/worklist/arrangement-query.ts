/** What the worklist searches, filters and sorts by, as the part of an address behind `?`; what is usual is left out. Pure. */
import { caseStates } from "#contract/workspace/case.ts";
import { type Arrangement, sortKeys } from "./arrange-cases.ts";

export const usualArrangement: Arrangement = {
  search: "",
  state: "all",
  sorting: { key: "changedAt", descending: true },
};

/** What is no arrangement is the usual one. */
export function arrangementOf(query: string): Arrangement {
  const values = new URLSearchParams(query);
  const key = sortKeys.find((candidate) => candidate === values.get("sort"));
  return {
    search: values.get("search") ?? "",
    state: caseStates.find((candidate) => candidate === values.get("state")) ?? "all",
    sorting: key === undefined ? usualArrangement.sorting : { key, descending: values.has("descending") },
  };
}

export function queryOf({ search, state, sorting }: Arrangement): string {
  const values = new URLSearchParams();
  if (search !== "") values.set("search", search);
  if (state !== "all") values.set("state", state);
  const usual = usualArrangement.sorting;
  if (sorting.key !== usual.key || sorting.descending !== usual.descending) {
    values.set("sort", sorting.key);
    if (sorting.descending) values.set("descending", "");
  }
  return values.toString();
}

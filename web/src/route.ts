/**
 * The pages and their addresses: the part of the URL behind `#`, so that the server knows one page only. What the worklist
 * searches and sorts by is part of it, also while one of its patients is open: the way back leads to the same list.
 */

type Route =
  | { readonly page: "worklist"; readonly query: string }
  | { readonly page: "review"; readonly caseId: string; readonly byHand: boolean; readonly query: string }
  | { readonly page: "study" }
  | { readonly page: "here" }
  | { readonly page: "department" };

/** Whatever is no address of a page is the worklist. `query` is read by worklist/arrangement-query.ts. */
export function parseRoute(hash: string): Route {
  const [, path = "", query = ""] = /^#?([^?]*)\??(.*)$/.exec(hash) ?? [];
  if (path === "/study") return { page: "study" };
  if (path === "/here") return { page: "here" };
  if (path === "/department") return { page: "department" };
  const [, caseId, byHand] = /^\/case\/([0-9a-f-]{36})(\/by-hand)?$/i.exec(path) ?? [];
  if (caseId === undefined) return { page: "worklist", query };
  return { page: "review", caseId, byHand: byHand !== undefined, query };
}

export const studyAddress = "#/study";
/** Contouring on this computer. */
export const hereAddress = "#/here";

/** Accounts, and who did what. */
export const departmentAddress = "#/department";

export function worklistAddress(query = ""): string {
  return `#/${querySuffix(query)}`;
}

export function reviewAddress(caseId: string, query = ""): string {
  return `#/case/${caseId}${querySuffix(query)}`;
}

/** Opens the patient to be contoured by hand: the automatic contour is not shown before. */
export function byHandAddress(caseId: string, query = ""): string {
  return `#/case/${caseId}/by-hand${querySuffix(query)}`;
}

function querySuffix(query: string): string {
  return query === "" ? "" : `?${query}`;
}

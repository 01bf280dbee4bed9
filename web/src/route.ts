/**
 * The pages and their addresses: the part of the URL behind `#`, so that the server knows one page only. What the worklist
 * searches and sorts by is part of it, also while one of its patients is open: the way back leads to the same list.
 */

type Route =
  | { readonly page: "worklist"; readonly query: string }
  | { readonly page: "review"; readonly caseId: string; readonly query: string }
  | { readonly page: "study" };

/** Whatever is no address of a page is the worklist. `query` is read by worklist/arrangement-query.ts. */
export function parseRoute(hash: string): Route {
  const [, path = "", query = ""] = /^#?([^?]*)\??(.*)$/.exec(hash) ?? [];
  if (path === "/study") return { page: "study" };
  const caseId = /^\/case\/([0-9a-f-]{36})$/i.exec(path)?.[1];
  return caseId === undefined ? { page: "worklist", query } : { page: "review", caseId, query };
}

export const studyAddress = "#/study";

export function worklistAddress(query = ""): string {
  return `#/${asked(query)}`;
}

export function reviewAddress(caseId: string, query = ""): string {
  return `#/case/${caseId}${asked(query)}`;
}

function asked(query: string): string {
  return query === "" ? "" : `?${query}`;
}

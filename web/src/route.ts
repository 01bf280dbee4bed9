/** The pages and their addresses: the part of the URL behind `#`, so that the server knows one page only. */

type Route =
  | { readonly page: "worklist" }
  | { readonly page: "review"; readonly caseId: string }
  | { readonly page: "study" };

/** Whatever is no address of a page is the worklist. */
export function parseRoute(hash: string): Route {
  const path = hash.replace(/^#/, "");
  if (path === "/study") return { page: "study" };
  const caseId = /^\/case\/([0-9a-f-]{36})$/i.exec(path)?.[1];
  return caseId === undefined ? { page: "worklist" } : { page: "review", caseId };
}

export const worklistAddress = "#/";
export const studyAddress = "#/study";

export function reviewAddress(caseId: string): string {
  return `#/case/${caseId}`;
}

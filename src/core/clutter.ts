/** What systems leave in folders and archives, and no scanner wrote: never looked at, wherever files are listed. */

/** `path` with slashes of either kind. A Mac's second halves of files (._x), folder settings, thumbnails. */
export function isClutter(path: string): boolean {
  return path.split(/[\\/]/).some((part) => part === "__MACOSX" || part.startsWith("._") || names.test(part));
}

const names = /^(\.ds_store|thumbs\.db|desktop\.ini)$/i;

/** What systems leave in folders and archives, and no scanner wrote: never looked at, wherever files are listed. */

/**
 * `path` with slashes of either kind. A Mac's second halves of files (._x), folder settings, thumbnails; and what this program was writing when
 * it was killed, which lies beside its place (platform/write-file.ts, workspace/files/object-files.ts): a slice would be there twice.
 */
export function isClutter(path: string): boolean {
  return path.split(/[\\/]/).some((part) => part === "__MACOSX" || part.startsWith("._") || names.test(part));
}

const names =
  /^(\.ds_store|thumbs\.db|desktop\.ini|.*\.(\d+|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})\.partial)$/i;

/**
 * The files of what was dropped or chosen: folders are walked to their ends. The browser lists a folder in portions of about a
 * hundred; it is asked until it has none left.
 */
import { isClutter } from "#core/clutter.ts";

/** What is used of the browser's FileSystemEntry and its two kinds. */
export type Entry = {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly name: string;
  readonly file?: (done: (file: File) => void, failed: (reason: unknown) => void) => void;
  readonly createReader?: () => {
    readEntries: (done: (entries: Entry[]) => void, failed: (reason: unknown) => void) => void;
  };
};

/** `path` is where the file lies below what was dropped, with slashes. */
export type PickedFile = { readonly path: string; readonly file: File };

/** Files of all entries, in the order of the folders. Rejects with the browser's reason if one cannot be read. */
export async function collectFiles(entries: readonly Entry[], folder = ""): Promise<readonly PickedFile[]> {
  const files: PickedFile[] = [];
  for (const entry of entries) {
    const path = folder + entry.name;
    const { file, createReader } = entry;
    if (entry.isFile && file) {
      if (!isLeftAside(path))
        files.push({ path, file: await new Promise<File>((done, failed) => file.call(entry, done, failed)) });
    } else if (entry.isDirectory && createReader) {
      files.push(...(await collectFiles(await listFolder(createReader.call(entry)), `${path}/`)));
    }
  }
  return files;
}

/** Of an input: `webkitRelativePath` is set where a folder was chosen. */
export function filesOfInput(list: Iterable<File>): readonly PickedFile[] {
  return [...list]
    .map((file) => ({ path: file.webkitRelativePath || file.name, file }))
    .filter(({ path }) => !isLeftAside(path));
}

/**
 * Each with a path of its own: of two CTs whose folders or loose files have one name, one's images would be read for the other's
 * slices.
 */
export function toldApart(files: readonly PickedFile[]): readonly PickedFile[] {
  const taken = new Set<string>();
  return files.map((picked) => {
    let { path } = picked;
    for (let copy = 2; taken.has(path); copy++) path = `${copy}/${picked.path}`;
    taken.add(path);
    return { ...picked, path };
  });
}

/** What no scanner wrote, and the directory of a medium, which holds nothing of its own. */
function isLeftAside(path: string): boolean {
  return isClutter(path) || /(^|\/)dicomdir$/i.test(path);
}

async function listFolder(reader: ReturnType<NonNullable<Entry["createReader"]>>): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const portion = await new Promise<Entry[]>((done, failed) => reader.readEntries(done, failed));
    if (portion.length === 0) return entries;
    entries.push(...portion);
  }
}

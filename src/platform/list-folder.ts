/**
 * What lies in a folder, for everything that scans: symbolic links are followed, as on a cluster whose cohorts are folders of
 * links; what systems leave in folders is left out (core/clutter.ts); what cannot be followed or read is named.
 */
import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { isClutter } from "#core/clutter.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";

type FolderEntry = { readonly name: string; readonly path: string; readonly isFolder: boolean };

type Listing = {
  readonly files: readonly string[];
  /** Links that lead nowhere or back to where the listing began, folders that cannot be read: by path. */
  readonly findings: readonly Finding[];
};

/**
 * Files and folders directly in `folder`, in the order of their names; a link is what it leads to. Throws `file-not-found` for
 * a folder that cannot be read, and for a link that leads nowhere.
 */
export async function listEntries(folder: string): Promise<FolderEntry[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new DelineateError("file-not-found", `There is no folder ${folder} that can be read.`, { cause });
  });
  const entries: FolderEntry[] = [];
  for (const name of names.filter((candidate) => !isClutter(candidate)).sort()) {
    const path = join(folder, name);
    const entry = await stat(path).catch((cause: unknown) => {
      throw new DelineateError("file-not-found", `${path} is ${leadsNowhere}`, { cause });
    });
    if (entry.isFile() || entry.isDirectory()) entries.push({ name, path, isFolder: entry.isDirectory() });
  }
  return entries;
}

/**
 * All files below `path` at any depth, or `path` itself, sorted. A folder or file that several paths lead to is listed once, by
 * the path without links if there is one. Throws `file-not-found`.
 */
export async function listFiles(path: string): Promise<Listing> {
  const entry = await stat(path).catch((cause: unknown) => {
    throw new DelineateError("file-not-found", `There is no file or folder ${path}.`, { cause });
  });
  if (!entry.isDirectory()) return { files: [path], findings: [] };
  const root = await realpath(path);
  const walk: Walk = { seen: new Set(), files: [], links: [], findings: [] };
  await walkFolder(path, root, walk);
  // What lies here itself first: a link to it is the same once more.
  for (let link = walk.links.shift(); link !== undefined; link = walk.links.shift())
    await followLink(link, root, walk);
  return { files: walk.files.sort(), findings: walk.findings };
}

const codes = ["broken-link", "link-loop", "folder-unreadable"] as const;

/** For what would be wrong if a part were missing. Throws `file-not-found` for the first of a listing's findings. */
export function refuseUnlisted(findings: readonly Finding[]): void {
  const unlisted = findings.find(({ code }) => codes.some((known) => known === code));
  if (unlisted !== undefined)
    throw new DelineateError("file-not-found", `${unlisted.where}: ${unlisted.message}`);
}

type Walk = {
  /** Real paths of files that links led to, and of all folders and files so far. */
  readonly seen: Set<string>;
  readonly files: string[];
  readonly links: string[];
  readonly findings: Finding[];
};

const leadsNowhere = "a symbolic link that leads nowhere: mend it or remove it.";

async function walkFolder(path: string, real: string, walk: Walk): Promise<void> {
  if (walk.seen.has(real)) return;
  walk.seen.add(real);
  const children = await readdir(path, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    walk.findings.push(
      unlisted("folder-unreadable", `The folder cannot be read (${cause.code}): mend its rights.`, path),
    );
    return [];
  });
  const named = children.filter(({ name }) => !isClutter(name));
  for (const child of named.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = join(path, child.name);
    const realChild = join(real, child.name);
    if (child.isDirectory()) await walkFolder(full, realChild, walk);
    else if (child.isSymbolicLink()) walk.links.push(full);
    else if (child.isFile() && !walk.seen.has(realChild)) {
      walk.seen.add(realChild);
      walk.files.push(full);
    }
  }
}

async function followLink(link: string, root: string, walk: Walk): Promise<void> {
  const target = await realpath(link).catch(() => undefined);
  const entry = target === undefined ? undefined : await stat(target).catch(() => undefined);
  if (target === undefined || entry === undefined)
    walk.findings.push(unlisted("broken-link", `This is ${leadsNowhere}`, link));
  else if (entry.isDirectory() && `${root}${sep}`.startsWith(target.endsWith(sep) ? target : target + sep)) {
    if (target !== root)
      walk.findings.push(
        unlisted("link-loop", "A link to a folder above is not followed: name that folder instead.", link),
      );
  } else if (entry.isDirectory()) await walkFolder(link, target, walk);
  else if (entry.isFile() && !walk.seen.has(target)) {
    walk.seen.add(target);
    walk.files.push(link);
  }
}

function unlisted(code: (typeof codes)[number], message: string, path: string): Finding {
  return finding("warning", code, message, path);
}

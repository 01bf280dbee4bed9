/** Files and folders dropped anywhere on the page. */
import { useEffect, useState } from "react";
import { collectFiles, type Entry, filesOfInput, type PickedFile } from "./collect-files.ts";

/** True while files hang over the page. */
export function useDrop(onFiles: (files: Promise<readonly PickedFile[]>) => void): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Every element that the pointer crosses enters and leaves: over while more were entered than left.
    let depth = 0;
    const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
    const set = (next: number): void => {
      depth = Math.max(0, next);
      setOver(depth > 0);
    };
    const handlers = {
      dragenter: (event: DragEvent) => holdsFiles(event) && set(depth + 1),
      dragleave: (event: DragEvent) => holdsFiles(event) && set(depth - 1),
      dragover: (event: DragEvent) => holdsFiles(event) && event.preventDefault(),
      drop: (event: DragEvent) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        set(0);
        onFiles(droppedFiles(event.dataTransfer));
      },
    };
    for (const [name, handler] of Object.entries(handlers))
      window.addEventListener(name, handler as (event: Event) => void);
    return () => {
      for (const [name, handler] of Object.entries(handlers))
        window.removeEventListener(name, handler as (event: Event) => void);
    };
  }, [onFiles]);
  return over;
}

/** Must be called while the event lasts: afterwards the browser has forgotten what was dropped. */
async function droppedFiles(data: DataTransfer | null): Promise<readonly PickedFile[]> {
  const items = [...(data?.items ?? [])];
  const entries = items.map((item) => item.webkitGetAsEntry() as unknown as Entry | null);
  // Files that do not come from a disk, such as an attachment of a mail program's page, have no entry.
  const loose = items.flatMap((item, at) => (entries[at] === null ? (item.getAsFile() ?? []) : []));
  return [...filesOfInput(loose), ...(await collectFiles(entries.filter((entry) => entry !== null)))];
}

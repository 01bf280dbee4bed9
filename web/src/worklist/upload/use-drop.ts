/** Files and folders dropped anywhere on the page. */
import { useLayoutEffect, useState } from "react";
import { collectFiles, type Entry, filesOfInput, type PickedFile, toldApart } from "./collect-files.ts";

/** True while files hang over the page. */
export function useDrop(onFiles: (files: Promise<readonly PickedFile[]>) => void): boolean {
  const [over, setOver] = useState(false);
  // Before the page is painted: what shows that it takes files must take them.
  useLayoutEffect(() => {
    // Every element that the pointer crosses enters and leaves: over while more were entered than left.
    let depth = 0;
    const set = (next: number): void => {
      depth = Math.max(0, next);
      setOver(depth > 0);
    };
    const handlers = {
      dragenter: (event: DragEvent) => holdsFiles(event) && set(depth + 1),
      dragleave: (event: DragEvent) => holdsFiles(event) && set(depth - 1),
      dragover: (event: DragEvent) => {
        if (!holdsFiles(event) || event.dataTransfer === null) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      },
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

/**
 * Where nothing takes files they are refused: the browser would open them in place of this page, and a review would be gone.
 * Called before anything that takes them, so that theirs is the last word.
 */
export function refuseDrops(): void {
  const refuse = (event: DragEvent): void => {
    if (!holdsFiles(event) || event.dataTransfer === null) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  };
  window.addEventListener("dragover", refuse);
  window.addEventListener("drop", refuse);
}

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/** Must be called while the event lasts: afterwards the browser has forgotten what was dropped. */
async function droppedFiles(data: DataTransfer | null): Promise<readonly PickedFile[]> {
  const items = [...(data?.items ?? [])];
  const entries = items.map((item) => item.webkitGetAsEntry() as unknown as Entry | null);
  // Files that do not come from a disk, such as an attachment of a mail program's page, have no entry.
  const loose = items.flatMap((item, at) => (entries[at] === null ? (item.getAsFile() ?? []) : []));
  const walked = await collectFiles(entries.filter((entry) => entry !== null));
  return toldApart([...filesOfInput(loose), ...walked]);
}

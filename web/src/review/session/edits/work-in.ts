/** What takes a while to compute is for the structure that it was asked for, whichever is active when it comes. */
import type { Drawing } from "../drawing.ts";

/** `work` sees it as the active one; then the one before is active again. Throws where it was removed or the page stopped writing meanwhile. */
export function workIn(pen: Drawing, structureId: string, work: () => void): void {
  pen.requireTurn();
  const activeId = pen.active.id;
  if (!pen.structures.some(({ id }) => id === structureId))
    throw new Error("The structure that this was for was removed meanwhile. Nothing was changed.");
  if (structureId !== activeId) pen.activate(structureId);
  work();
  if (structureId !== activeId) pen.activate(activeId);
}

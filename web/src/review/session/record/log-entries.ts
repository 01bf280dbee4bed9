/** What the pen does as entries of the log, each with a new time; an edit keeps its step's id, by which it is undone. */
import type { EditKind } from "#contract/workspace/edit-kinds.ts";
import type { LogEntry } from "#contract/workspace/review.ts";
import { bytesToBase64 } from "#editing/patch/base64.ts";
import { encodePatch } from "#editing/patch/patch-codec.ts";
import type { Step } from "../history.ts";
import type { StructureModel } from "../structure-model.ts";

type EditEntry = Extract<LogEntry, { type: "edit" }>;

export function editEntry(step: Step): EditEntry {
  const { id, kind, stroke, level, derivation } = step;
  return {
    ...changeOf(kind, step),
    id,
    ...(stroke === undefined ? {} : { stroke }),
    ...(level === undefined ? {} : { level }),
    ...(derivation === undefined ? {} : { derivation }),
  };
}

/** The step's patch once more. */
export function repeatEntry(kind: "undo" | "redo", step: Step): EditEntry {
  return { ...changeOf(kind, step), id: crypto.randomUUID(), of: step.id };
}

function changeOf(kind: EditKind, { structureId, patch }: Step): Omit<EditEntry, "id"> {
  const at = new Date().toISOString();
  return { at, type: "edit", structureId, kind, patch: bytesToBase64(encodePatch(patch)) };
}

export function structureEntry(
  { id: structureId, name, type: structureType, colour }: StructureModel,
  removed: boolean,
): LogEntry {
  const entry = { id: crypto.randomUUID(), at: new Date().toISOString(), type: "structure" } as const;
  return { ...entry, structureId, name, structureType, colour: [...colour], removed };
}

/** The structures: which one the pen changes, which are in sight, their names and volumes. */
import { type ReactNode, useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { DerivedNotes } from "../../derived/derived-notes.tsx";
import type { StructureView } from "../../session/review-state.ts";
import type { PanelProps } from "../panel-props.ts";
import { AddStructure } from "./add-structure.tsx";
import { ImportedStructures } from "./imported-structures.tsx";
import { StructureRow } from "./structure-row.tsx";
import { OutsideTemplate } from "./template-names.tsx";
import "./structures.css";

export function StructuresPanel({ session, state }: PanelProps): ReactNode {
  const [removing, setRemoving] = useState<StructureView | null>(null);
  return (
    <>
      <ul className="structures" aria-label="Structures">
        {state.structures.map((structure) => (
          <StructureRow
            key={structure.id}
            structure={structure}
            active={structure.id === state.activeId}
            editable={state.editable}
            template={state.template}
            takenNames={state.structures.filter(({ id }) => id !== structure.id).map(({ name }) => name)}
            onActivate={() => session.pen.activate(structure.id)}
            onVisible={(visible) => session.pen.show(structure.id, visible)}
            onRename={(name) => session.pen.rename(structure.id, name)}
            onRemove={state.structures.length > 1 ? () => setRemoving(structure) : undefined}
          />
        ))}
      </ul>
      <OutsideTemplate state={state} />
      <DerivedNotes session={session} state={state} place="list" />
      {state.editable && <AddStructure session={session} state={state} />}
      <ImportedStructures session={session} state={state} />
      {removing && (
        <Dialog
          title={`Remove ${removing.name}?`}
          width="narrow"
          onClose={() => setRemoving(null)}
          actions={
            <>
              <Button onClick={() => setRemoving(null)}>Keep</Button>
              <Button
                variant="danger"
                data-testid="remove-structure-confirm"
                onClick={() => {
                  session.pen.remove(removing.id);
                  setRemoving(null);
                }}
              >
                Remove
              </Button>
            </>
          }
        >
          <p className="soft">
            Its contour leaves this review and what is signed from it. Undo brings it back; versions that were
            signed before keep it.
          </p>
        </Dialog>
      )}
    </>
  );
}

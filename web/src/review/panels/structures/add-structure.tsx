/** Adds a structure: the two GTVs of lung cancer by one press, others by name and type. */
import { type ReactNode, useState } from "react";
import { type StructureType, structureTypes } from "#contract/workspace/review.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Select, TextField } from "../../../ui/fields.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { Menu } from "../../../ui/menu.tsx";
import type { PanelProps } from "../panels.tsx";
import { freeName, structureNameProblem } from "./structure-name.ts";

const formId = "add-structure";

export function AddStructure({ session, state }: PanelProps): ReactNode {
  const [open, setOpen] = useState(false);
  const taken = state.structures.map(({ name }) => name);
  const add = (name: string): void => {
    session.pen.add(freeName(name, taken), "GTV");
  };
  return (
    <>
      <Menu
        label="Add structure"
        testId="add-structure"
        triggerClass="button button-quiet button-small"
        trigger={
          <>
            <Icon name="add" size={14} />
            Add structure
          </>
        }
        items={[
          { label: "GTVp", hint: "Primary tumour", testId: "add-gtvp", onChoose: () => add("GTVp") },
          { label: "GTVn", hint: "Lymph nodes", testId: "add-gtvn", onChoose: () => add("GTVn") },
          { label: "Other…", hint: "Name and type of your own", onChoose: () => setOpen(true) },
        ]}
      />
      {open && (
        <AddDialog
          taken={taken}
          onClose={() => setOpen(false)}
          onAdd={(name, type) => {
            session.pen.add(name, type);
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

type AddDialogProps = {
  readonly taken: readonly string[];
  readonly onClose: () => void;
  readonly onAdd: (name: string, type: StructureType) => void;
};

function AddDialog({ taken, onClose, onAdd }: AddDialogProps): ReactNode {
  const [name, setName] = useState("");
  const [type, setType] = useState<StructureType>("GTV");
  const problem = structureNameProblem(name, taken);
  return (
    <Dialog
      title="Add structure"
      width="narrow"
      onClose={onClose}
      actions={
        <>
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" disabled={problem !== null}>
            Add
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (problem === null) onAdd(name, type);
        }}
      >
        <TextField
          label="Name"
          hint="1 to 16 plain characters"
          value={name}
          problem={name === "" ? null : problem}
          first
          onChange={setName}
        />
        <Select
          label="Type"
          value={type}
          options={structureTypes.map((value) => ({ value, label: value }))}
          onChange={(value) => setType(structureTypes.find((known) => known === value) ?? "GTV")}
        />
      </form>
    </Dialog>
  );
}

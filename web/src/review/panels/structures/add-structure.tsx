/** Adds a structure: the template's GTVs by one press, others by name, the template's or one's own. */
import { type ReactNode, useState } from "react";
import { type StructureType, structureTypes } from "#contract/workspace/review.ts";
import { type StructureTemplate, templateEntry } from "#contract/workspace/structure-template.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Select, TextField } from "../../../ui/fields.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { Menu } from "../../../ui/menu.tsx";
import type { PanelProps } from "../panel-props.ts";
import { freeName, structureNameProblem } from "./structure-name.ts";
import { TemplateNames } from "./template-names.tsx";
import { outsideTemplate } from "./template-words.ts";

const formId = "add-structure";
const namesId = "add-structure-names";

export function AddStructure({ session, state }: PanelProps): ReactNode {
  const [open, setOpen] = useState(false);
  const takenNames = state.structures.map(({ name }) => name);
  const gtvs = state.template.structures.filter(({ type }) => type === "GTV");
  const add = (name: string): void => {
    session.pen.add(freeName(name, takenNames), "GTV");
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
          ...gtvs.map(({ name, description }) => ({
            label: name,
            hint: description,
            testId: `add-${name.toLowerCase()}`,
            onChoose: () => add(name),
          })),
          { label: "Other…", hint: `Of ${state.template.name}, or your own`, onChoose: () => setOpen(true) },
        ]}
      />
      {open && (
        <AddDialog
          takenNames={takenNames}
          template={state.template}
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
  readonly takenNames: readonly string[];
  readonly template: StructureTemplate;
  readonly onClose: () => void;
  readonly onAdd: (name: string, type: StructureType) => void;
};

function AddDialog({ takenNames, template, onClose, onAdd }: AddDialogProps): ReactNode {
  const [name, setName] = useState("");
  const [chosen, setType] = useState<StructureType>("GTV");
  const entry = templateEntry(template, name);
  const type = entry?.type ?? chosen;
  const problem = structureNameProblem(name, takenNames);
  const hint =
    name === ""
      ? "1 to 16 plain characters"
      : (entry?.description ?? `This is ${outsideTemplate(template, name)}.`);
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
          hint={hint}
          list={namesId}
          value={name}
          problem={name === "" ? null : problem}
          first
          onChange={setName}
        />
        <TemplateNames id={namesId} template={template} takenNames={takenNames} />
        <Select
          label="Type"
          value={type}
          disabled={entry !== undefined}
          options={structureTypes.map((value) => ({ value, label: value }))}
          onChange={(value) => setType(structureTypes.find((candidate) => candidate === value) ?? "GTV")}
        />
      </form>
    </Dialog>
  );
}

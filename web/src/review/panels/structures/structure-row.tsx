/** One structure of the list. */
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import type { StructureTemplate } from "#contract/workspace/structure-template.ts";
import { formatCc } from "../../../format.ts";
import { IconButton } from "../../../ui/button.tsx";
import type { StructureView } from "../../session/review-state.ts";
import { structureNameProblem } from "./structure-name.ts";
import { TemplateNames } from "./template-names.tsx";
import { typeProblem } from "./template-words.ts";

type StructureRowProps = {
  readonly structure: StructureView;
  readonly active: boolean;
  readonly editable: boolean;
  readonly template: StructureTemplate;
  /** Names of the others. */
  readonly takenNames: readonly string[];
  readonly onActivate: () => void;
  readonly onVisible: (visible: boolean) => void;
  readonly onRename: (name: string) => void;
  /** Absent for the last one. */
  readonly onRemove: (() => void) | undefined;
};

export function StructureRow(props: StructureRowProps): ReactNode {
  const { structure, active, editable, template, takenNames, onActivate, onVisible, onRename, onRemove } =
    props;
  const { name, type, colour, visible, volumeCc } = structure;
  const [draft, setDraft] = useState<string | null>(null);
  const problem =
    draft === null ? null : (structureNameProblem(draft, takenNames) ?? typeProblem(template, draft, type));
  const namesId = useId();
  /** Then the focus goes back to the name; by a press elsewhere it went there. */
  const endedByKey = useRef(false);

  const finish = (): void => {
    if (draft !== null && problem === null && draft !== name) onRename(draft);
    setDraft(null);
  };
  const onKey = (event: KeyboardEvent): void => {
    endedByKey.current = event.key === "Escape" || (event.key === "Enter" && problem === null);
    if (event.key === "Enter" && problem === null) finish();
    if (event.key === "Escape") setDraft(null);
    event.stopPropagation();
  };

  return (
    <li className={`structure ${active ? "structure-active" : ""}`} data-testid={`structure-${name}`}>
      <span className="structure-colour" style={{ background: `rgb(${colour.join(" ")})` }} />
      {draft === null ? (
        <button
          type="button"
          ref={(button) => {
            if (button === null || !endedByKey.current) return;
            endedByKey.current = false;
            button.focus();
          }}
          className="structure-name"
          data-after-dialog={active && editable ? "" : undefined}
          aria-pressed={active}
          title={editable ? "Press to draw in it, twice to rename" : undefined}
          onClick={onActivate}
          onDoubleClick={() => editable && setDraft(name)}
        >
          {name}
        </button>
      ) : (
        <input
          type="text"
          list={namesId}
          className="structure-draft"
          aria-label="Name"
          aria-invalid={problem !== null}
          value={draft}
          // biome-ignore lint/a11y/noAutofocus: it replaces the name that the person just chose to edit
          autoFocus
          onFocus={(event) => event.target.select()}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKey}
          onBlur={finish}
        />
      )}
      {draft !== null && (
        <TemplateNames id={namesId} template={template} type={type} takenNames={takenNames} />
      )}
      <span className="structure-type faint" title={type}>
        {name.startsWith(type) ? "" : type}
      </span>
      <span className="structure-volume number" data-testid={`volume-${name}`}>
        {formatCc(volumeCc)} <span className="faint">cc</span>
      </span>
      <span className="structure-actions">
        <span className="structure-edit">
          {editable && (
            <IconButton icon="edit" size="small" label={`Rename ${name}`} onClick={() => setDraft(name)} />
          )}
          {editable && onRemove && (
            <IconButton icon="clear" size="small" label={`Remove ${name}`} onClick={onRemove} />
          )}
        </span>
        <IconButton
          icon={visible ? "eye" : "eyeOff"}
          size="small"
          label={visible ? `Hide ${name}` : `Show ${name}`}
          side="left"
          onClick={() => onVisible(!visible)}
        />
      </span>
      {problem !== null && (
        <p className="field-problem structure-problem" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}

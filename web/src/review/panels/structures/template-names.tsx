/** The template's names as suggestions of a text field, and the names that are outside it, below the list of structures. */
import type { ReactNode } from "react";
import type { StructureType } from "#contract/workspace/review.ts";
import type { StructureTemplate } from "#contract/workspace/structure-template.ts";
import type { ReviewState } from "../../session/review-state.ts";
import { outsideTemplate } from "./template-words.ts";
import "./template.css";

type TemplateNamesProps = {
  /** For the field's `list`. */
  readonly id: string;
  readonly template: StructureTemplate;
  /** Of this type only; of all if left out. */
  readonly type?: StructureType;
  readonly takenNames: readonly string[];
};

export function TemplateNames({ id, template, type, takenNames }: TemplateNamesProps): ReactNode {
  const free = template.structures.filter(
    (entry) => (type === undefined || entry.type === type) && !takenNames.includes(entry.name),
  );
  return (
    <datalist id={id}>
      {free.map(({ name, type: its, description }) => (
        <option key={name} value={name}>
          {description === "" ? its : `${its}: ${description}`}
        </option>
      ))}
    </datalist>
  );
}

/** Said, never mended: a structure is renamed by the person alone. */
export function OutsideTemplate({ state }: { readonly state: ReviewState }): ReactNode {
  const outside = state.structures.flatMap(({ id, name }) => {
    const words = outsideTemplate(state.template, name);
    return words === null ? [] : [{ id, name, words }];
  });
  if (outside.length === 0) return null;
  return (
    <ul className="outside-template" data-testid="outside-template">
      {outside.map(({ id, name, words }) => (
        <li key={id}>
          <strong>{name}</strong>: {words}
        </li>
      ))}
    </ul>
  );
}

/** Which of several structures take part: those that are expanded together, or those that stop a margin. */
import type { ReactNode } from "react";
import { Toggle } from "../../../ui/fields.tsx";
import type { StructureView } from "../../session/review-state.ts";

type StructureChoiceProps = {
  /** Before each name. */
  readonly label: string;
  readonly testId: string;
  readonly structures: readonly StructureView[];
  readonly chosen: (id: string) => boolean;
  readonly onChoose: (id: string, chosen: boolean) => void;
};

export function StructureChoice(props: StructureChoiceProps): ReactNode {
  const { label, testId, structures, chosen, onChoose } = props;
  return structures.map(({ id, name }) => (
    <Toggle
      key={id}
      label={`${label} ${name}`}
      checked={chosen(id)}
      testId={`${testId}-${name}`}
      onChange={(on) => onChoose(id, on)}
    />
  ));
}

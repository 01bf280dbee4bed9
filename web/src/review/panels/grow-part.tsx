/** Grows and shrinks the active structure by millimetres that the person types. */
import { type ReactNode, useState } from "react";
import { type GrowWithin, largestGrowMm } from "#editing/tools/grow.ts";
import { Choice, NumberField } from "../../ui/fields.tsx";
import { Icon } from "../../ui/icon.tsx";
import { growEdit, growHint } from "../session/edits/grow-edit.ts";
import type { PanelProps } from "./panel-props.ts";

const firstMm = 3;
const leastMm = 0.1;

export function GrowPart({ session, state }: PanelProps): ReactNode {
  const [mm, setMm] = useState(firstMm);
  const [within, setWithin] = useState<GrowWithin>("volume");
  const button = (kind: "grow" | "shrink", label: string): ReactNode => (
    <button
      type="button"
      className="operation"
      disabled={state.busy !== null}
      data-testid={`operation-${kind}`}
      onClick={() => session.pen.run(growEdit(kind, mm, within))}
    >
      <Icon name={kind} size={15} />
      {label}
    </button>
  );
  return (
    <>
      <h3 className="panel-sub">Grow or shrink</h3>
      <NumberField
        label="By"
        value={mm}
        min={leastMm}
        max={largestGrowMm}
        step={0.5}
        unit="mm"
        testId="grow-mm"
        onChange={setMm}
      />
      <Choice
        label="Directions"
        value={within}
        testId="grow-within"
        options={[
          { value: "volume", label: "3D" },
          { value: "slice", label: "In each slice" },
        ]}
        onChange={setWithin}
      />
      <div className="operations">
        {button("grow", "Grow")}
        {button("shrink", "Shrink")}
      </div>
      <p className="panel-hint">{growHint(session.ct.grid, mm, within)}</p>
    </>
  );
}

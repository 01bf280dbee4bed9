/** One margin for each side of the patient. */
import type { ReactNode } from "react";
import { type MarginSide, type MarginsMm, marginSides } from "#geometry/margins/margins.ts";
import { NumberField } from "../../../ui/fields.tsx";

const sideLabels: Record<MarginSide, string> = {
  anterior: "Anterior",
  posterior: "Posterior",
  left: "Patient left",
  right: "Patient right",
  superior: "Superior",
  inferior: "Inferior",
};

export const mostMarginMm = 30;

type SideMarginsProps = {
  /** Before the side's name in the fields' test ids. */
  readonly testId: string;
  readonly mm: MarginsMm;
  readonly onChange: (mm: MarginsMm) => void;
};

export function SideMargins({ testId, mm, onChange }: SideMarginsProps): ReactNode {
  return (
    <div className="panel-inset margin-sides">
      {marginSides.map((side) => (
        <NumberField
          key={side}
          label={sideLabels[side]}
          value={mm[side]}
          min={0}
          max={mostMarginMm}
          unit="mm"
          testId={`${testId}-${side}`}
          onChange={(value) => onChange({ ...mm, [side]: value })}
        />
      ))}
    </div>
  );
}

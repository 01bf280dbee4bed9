/** Size and shape of brush, eraser and nudging ball; HU gate of the first two. */
import type { ReactNode } from "react";
import { Choice, NumberField, Slider, Toggle } from "../../ui/fields.tsx";
import type { HuWindow } from "../session/review-state.ts";
import { tools } from "../tools.ts";
import type { PanelProps } from "./panel-props.ts";

/** Tumour against lung is a clear step in HU; the gates keep the brush on one side of it. */
const gatePresets = {
  soft: { lower: -200, upper: 3000 },
  solid: { lower: -50, upper: 300 },
  lung: { lower: -1024, upper: -300 },
} as const satisfies Record<string, HuWindow>;
type GatePreset = keyof typeof gatePresets;

const huLimits = { min: -1024, max: 3071 };

export function BrushPanel({ session, state }: PanelProps): ReactNode {
  const { radiusMm, shape, gate } = state.brush;
  const { hint, brush } = tools[state.tool];
  const preset = (Object.keys(gatePresets) as GatePreset[]).find(
    (name) => gatePresets[name].lower === gate?.lower && gatePresets[name].upper === gate.upper,
  );
  return (
    <>
      <Slider
        label="Diameter"
        value={2 * radiusMm}
        min={1}
        max={80}
        step={1}
        shown={`${(2 * radiusMm).toFixed(0)} mm`}
        testId="brush-size"
        onChange={(diameter) => session.view.setBrush({ radiusMm: diameter / 2 })}
      />
      <Choice
        label="Shape"
        value={shape}
        testId="brush-shape"
        options={[
          { value: "disc", label: "Disc, this slice" },
          { value: "sphere", label: "Sphere, 3D" },
        ]}
        onChange={(next) => session.view.setBrush({ shape: next })}
      />
      <Toggle
        label="Only voxels within HU"
        checked={gate !== null}
        testId="brush-gate"
        onChange={(on) => session.view.setBrush({ gate: on ? gatePresets.soft : null })}
      />
      {gate !== null && (
        <div className="panel-inset">
          <Choice
            label="Range of HU"
            value={preset ?? null}
            options={[
              { value: "soft", label: "No lung" },
              { value: "solid", label: "Soft tissue" },
              { value: "lung", label: "Lung" },
            ]}
            onChange={(name) => session.view.setBrush({ gate: gatePresets[name] })}
          />
          <NumberField
            label="From"
            value={gate.lower}
            {...huLimits}
            step={10}
            unit="HU"
            onChange={(lower) =>
              session.view.setBrush({ gate: { ...gate, lower: Math.min(lower, gate.upper) } })
            }
          />
          <NumberField
            label="To"
            value={gate.upper}
            {...huLimits}
            step={10}
            unit="HU"
            onChange={(upper) =>
              session.view.setBrush({ gate: { ...gate, upper: Math.max(upper, gate.lower) } })
            }
          />
        </div>
      )}
      {brush !== undefined && hint !== undefined && (
        <p className="panel-hint" role="status">
          {hint}
        </p>
      )}
    </>
  );
}

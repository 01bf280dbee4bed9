/** How contours are drawn. */
import type { ReactNode } from "react";
import { Choice, Slider, Toggle } from "../../ui/fields.tsx";
import { outlineWidths } from "../session/view-settings.ts";
import type { PanelProps } from "./panel-props.ts";

export function DisplayPanel({ session, state }: PanelProps): ReactNode {
  return (
    <>
      <Slider
        label="Fill"
        value={Math.round(100 * state.fillOpacity)}
        min={0}
        max={100}
        step={5}
        shown={`${Math.round(100 * state.fillOpacity)} %`}
        onChange={(percent) => session.view.setDisplay({ fillOpacity: percent / 100 })}
      />
      <Toggle
        label="Contour"
        checked={state.contourVisible}
        onChange={(contourVisible) => session.view.setDisplay({ contourVisible })}
      />
      <Toggle
        label="Crosshair"
        checked={state.crosshairVisible}
        onChange={(crosshairVisible) => session.view.setDisplay({ crosshairVisible })}
      />
      <OutlineFields session={session} state={state} />
    </>
  );
}

function OutlineFields({ session, state }: PanelProps): ReactNode {
  return (
    <>
      <Toggle
        label="Smooth outlines"
        checked={state.outline === "smooth"}
        testId="outline-smooth"
        onChange={(smooth) => session.view.setDisplay({ outline: smooth ? "smooth" : "voxels" })}
      />
      <Choice
        label="Width of the outline"
        value={String(state.outlineWidth)}
        testId="outline-width"
        options={outlineWidths.map((width) => ({ value: String(width), label: `${width} px` }))}
        onChange={(value) => {
          const outlineWidth = outlineWidths.find((width) => String(width) === value);
          if (outlineWidth !== undefined) session.view.setDisplay({ outlineWidth });
        }}
      />
      <p className="panel-hint">
        A smooth line is less than half a voxel from the contour, which follows the voxels' edges. Measured
        and exported is the contour itself.
      </p>
    </>
  );
}

/** How contours are drawn. */
import type { ReactNode } from "react";
import { Slider, Toggle } from "../../ui/fields.tsx";
import type { PanelProps } from "./panels.tsx";

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
    </>
  );
}

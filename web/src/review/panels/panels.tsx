/** The right column. */
import type { ReactNode } from "react";
import { counted } from "#core/counted.ts";
import { BrushPanel } from "./brush-panel.tsx";
import { CombinePanel } from "./combine-panel.tsx";
import { ComparePanel } from "./compare/compare-panel.tsx";
import { DisplayPanel } from "./display-panel.tsx";
import { LedgerPanel } from "./ledger-panel.tsx";
import { MarginsPanel } from "./margins/margins-panel.tsx";
import { OperationsPanel } from "./operations-panel.tsx";
import { Panel } from "./panel.tsx";
import type { PanelProps } from "./panel-props.ts";
import { StructuresPanel } from "./structures/structures-panel.tsx";
import { VersionsPanel } from "./versions-panel.tsx";

export function Panels({ session, state }: PanelProps): ReactNode {
  const props = { session, state };
  const versions = state.detail.versions.length;
  return (
    <aside className="panels" aria-label="Panels">
      <Panel id="structures" title="Structures" open>
        {() => <StructuresPanel {...props} />}
      </Panel>
      {state.editable && (
        <>
          <Panel id="brush" title="Brush" open note={`${(2 * state.brush.radiusMm).toFixed(0)} mm`}>
            {() => <BrushPanel {...props} />}
          </Panel>
          <Panel id="operations" title="Operations" open>
            {() => <OperationsPanel {...props} />}
          </Panel>
          <Panel id="combine" title="Combine structures">
            {() => <CombinePanel {...props} />}
          </Panel>
          <Panel id="margins" title="Margins">
            {() => <MarginsPanel {...props} />}
          </Panel>
        </>
      )}
      <Panel id="compare" title="Compare" note={state.comparison === null ? undefined : "on"}>
        {() => <ComparePanel {...props} />}
      </Panel>
      {state.start === "assisted" && (
        <Panel id="ledger" title="Changes to the automatic contour">
          {() => <LedgerPanel {...props} />}
        </Panel>
      )}
      <Panel
        id="versions"
        title="Versions"
        note={versions === 0 ? undefined : counted(versions, "signed", "signed")}
      >
        {() => <VersionsPanel {...props} />}
      </Panel>
      <Panel id="display" title="Display">
        {() => <DisplayPanel {...props} />}
      </Panel>
    </aside>
  );
}

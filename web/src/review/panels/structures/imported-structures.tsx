/** ROIs that came with the CT: shown together, never changed, copied to begin with. */
import type { ReactNode } from "react";
import { formatCc } from "../../../format.ts";
import { IconButton } from "../../../ui/button.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { type ImportedRoi, importedRois } from "../../session/other-structures/imported-rois.ts";
import type { PanelProps } from "../panel-props.ts";
import { freeName, plainName } from "./structure-name.ts";

export function ImportedStructures({ session, state }: PanelProps): ReactNode {
  const rois = importedRois(state.detail);
  if (rois.length === 0) return null;
  const ids = rois.map(({ id }) => id);
  const allShown = ids.every((id) => state.shownSources.has(id));
  const copy = (roi: ImportedRoi): void => {
    const takenNames = state.structures.map(({ name }) => name);
    void session.combining.copy(roi, freeName(plainName(roi.name), takenNames));
  };
  return (
    <>
      <h3 className="panel-sub imported-head">
        Came with the CT
        <IconButton
          icon={allShown ? "eye" : "eyeOff"}
          size="small"
          label={allShown ? "Hide all that came with the CT" : "Show all that came with the CT"}
          side="left"
          onClick={() => session.view.showSources(ids, !allShown)}
        />
      </h3>
      <ul className="structures" aria-label="Structures that came with the CT">
        {rois.map((roi) => {
          const shown = state.shownSources.has(roi.id);
          return (
            <li key={roi.id} className="structure" data-testid={`imported-${roi.name}`}>
              <span className="structure-colour" style={{ background: `rgb(${roi.colour.join(" ")})` }} />
              <span className="structure-name" title={titleOf(roi)}>
                {roi.name}
              </span>
              <span className="structure-type faint">
                <Icon name="locked" size={13} />
                <span className="aside-label">Locked</span>
              </span>
              <span className="structure-volume number">
                {formatCc(roi.volumeCc)} <span className="faint">cc</span>
              </span>
              <span className="structure-actions">
                {state.editable && (
                  <IconButton
                    icon="copy"
                    size="small"
                    label={`Copy ${roi.name} to a structure of your own`}
                    disabled={state.busy !== null}
                    onClick={() => copy(roi)}
                  />
                )}
                <IconButton
                  icon={shown ? "eye" : "eyeOff"}
                  size="small"
                  label={shown ? `Hide ${roi.name}` : `Show ${roi.name}`}
                  side="left"
                  onClick={() => session.view.showSources([roi.id], !shown)}
                />
              </span>
            </li>
          );
        })}
      </ul>
      {state.start === "manual" && state.editable && (
        <p className="panel-hint">
          A copy is not drawn by hand: the time study then no longer counts this review.
        </p>
      )}
    </>
  );
}

function titleOf({ label, statedType }: ImportedRoi): string {
  return `${label}${statedType === "" ? "" : `, of type ${statedType}`}. Locked: copy it to change it.`;
}

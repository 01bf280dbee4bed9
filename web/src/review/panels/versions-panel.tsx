/** What was signed: never changed, newest first. */
import type { ReactNode } from "react";
import type { Version } from "#contract/workspace/case.ts";
import { formatCc, formatDuration, formatNumber, formatSlices, formatTime } from "../../format.ts";
import { DownloadButton } from "../download-button.tsx";
import { ReportLink } from "../report-link.tsx";
import type { PanelProps } from "./panel-props.ts";
import "./versions.css";

/** As many digits as a person compares. */
const digestPrefix = 12;

export function VersionsPanel({ state }: PanelProps): ReactNode {
  const { versions, withdrawn, summary } = state.detail;
  if (versions.length === 0)
    return (
      <p className="panel-hint">
        Nothing is signed yet. Each approval becomes a version that stays as it is.
      </p>
    );
  return (
    <ol className="versions">
      {[...versions]
        .sort((a, b) => b.number - a.number)
        .map((version) => (
          <li key={version.number} data-testid={`version-${version.number}`}>
            <VersionEntry
              version={version}
              isWithdrawn={withdrawn.includes(version.number)}
              caseId={summary.id}
            />
          </li>
        ))}
    </ol>
  );
}

function VersionEntry({
  version,
  isWithdrawn,
  caseId,
}: {
  readonly version: Version;
  readonly isWithdrawn: boolean;
  readonly caseId: string;
}): ReactNode {
  const { number, reviewer, approvedAt, comment, unseenSlices, unseenReason, model, digest } = version;
  return (
    <article className="version">
      <header className="version-head">
        <h3>Version {number}</h3>
        <DownloadButton
          className="button button-plain button-small"
          caseId={caseId}
          version={number}
          testId={`download-version-${number}`}
        >
          RTSTRUCT
        </DownloadButton>
        <DownloadButton
          className="button button-plain button-small"
          caseId={caseId}
          version={number}
          deidentified
          testId={`download-deidentified-${number}`}
        >
          De-identified
        </DownloadButton>
        <ReportLink
          className="button button-plain button-small"
          caseId={caseId}
          version={number}
          testId={`report-version-${number}`}
        />
      </header>
      <p className="soft">
        {reviewer}, {formatTime(approvedAt)}
      </p>
      {isWithdrawn && (
        <p className="version-unseen">
          A person decided against it since: it is not sent to peers, and viewers do not find it.
        </p>
      )}
      <dl className="facts">
        {version.structures.map(({ name, type, volumeCc }) => (
          <div key={name}>
            <dt>
              {name} {!name.startsWith(type) && <span className="faint">{type}</span>}
            </dt>
            <dd>{formatCc(volumeCc)} cc</dd>
          </div>
        ))}
        <div>
          <dt>DSC to automatic</dt>
          <dd>{formatNumber(version.dscToAutomatic, 3)}</dd>
        </div>
        <div>
          <dt>Added path length</dt>
          <dd>{version.addedPathLengthMm === null ? "–" : `${version.addedPathLengthMm.toFixed(0)} mm`}</dd>
        </div>
        <div>
          <dt>Active time</dt>
          <dd>{formatDuration(version.activeMs)}</dd>
        </div>
        <div>
          <dt>Slices count as seen</dt>
          <dd>
            {version.seenDwellMs === null ? "none" : `after ${(version.seenDwellMs / 1000).toFixed(1)} s`}
          </dd>
        </div>
        <div>
          <dt>Model</dt>
          <dd title={model?.digest}>
            {model === null
              ? "none"
              : `${model.name} ${model.version}, ${model.digest.slice(0, digestPrefix)}`}
          </dd>
        </div>
        <div>
          <dt>SHA-256 of the file</dt>
          <dd title={digest}>{digest.slice(0, digestPrefix)}</dd>
        </div>
      </dl>
      {comment !== "" && <p className="version-comment">{comment}</p>}
      {version.structures.map(
        ({ name, derivation }) =>
          derivation !== null && (
            <p key={name} className="soft">
              {name}: {derivation}
            </p>
          ),
      )}
      {version.faultsReason !== null && (
        <p className="version-unseen">
          {version.faults.join(" ")} Signed all the same: {version.faultsReason}
        </p>
      )}
      {unseenReason !== null && (
        <p className="version-unseen">
          Slices {formatSlices(unseenSlices)} were not looked at: {unseenReason}
        </p>
      )}
    </article>
  );
}

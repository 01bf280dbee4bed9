/** What an upload is doing and what came of it. */
import type { ReactNode } from "react";
import { counted } from "#core/counted.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Progress } from "../../ui/notices.tsx";
import { groupSentences } from "./group-sentences.ts";
import type { Upload } from "./use-upload.ts";

export function UploadPanel({ upload }: { readonly upload: Upload }): ReactNode {
  const { state } = upload;
  if (state.stage === "none") return null;
  if (state.stage === "sending" || state.stage === "reading") {
    const sending = state.stage === "sending";
    return (
      <section className="upload" aria-label="Upload" data-testid="upload">
        <Icon name="upload" />
        <div className="upload-body">
          <div className="upload-line">
            <span>
              {sending ? "Sending" : "Reading"} {counted(state.files, "file")}
            </span>
            {sending && (
              <span className="soft">
                {megabytes(state.sentBytes)} of {megabytes(state.bytes)} MB
              </span>
            )}
            {state.waiting > 0 && (
              <span className="soft">{counted(state.waiting, "more upload")} waiting</span>
            )}
          </div>
          <Progress label="Upload" part={sending ? state.sentBytes / Math.max(1, state.bytes) : null} />
        </div>
        {sending && <Button onClick={upload.cancel}>Cancel</Button>}
      </section>
    );
  }
  const { cases, taken } = state.result;
  const problems = groupSentences(state.result.problems);
  return (
    <section className="upload" aria-label="Upload" data-testid="upload" data-added={cases.length}>
      <Icon name={problems.length > 0 ? "failed" : "check"} />
      <div className="upload-body" role="status">
        <strong>
          {cases.length === 0
            ? noCt(taken.length)
            : `${counted(cases.length, "CT series", "CT series")} added`}
        </strong>
        {taken.length > 0 && (
          <ul className="upload-taken">
            {groupSentences(taken).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        )}
        {problems.length > 0 && (
          <ul className="upload-problems">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        )}
      </div>
      <IconButton icon="close" label="Dismiss" onClick={upload.dismiss} />
    </section>
  );
}

function noCt(taken: number): string {
  return taken === 0 ? "Nothing was added" : "No CT series added";
}

function megabytes(bytes: number): string {
  const mb = bytes / 1e6;
  return mb < 10 ? mb.toFixed(1) : mb.toFixed(0);
}

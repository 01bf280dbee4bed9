/** A CT contoured by this browser: chosen here, read here, its RTSTRUCT saved here. The server gives the model and sees no image. */
import { type ReactNode, useRef } from "react";
import { AppHeader } from "../app-header.tsx";
import { formatCc } from "../format.ts";
import { saveFile } from "../save-file.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { EmptyState, ProblemBar, Progress } from "../ui/notices.tsx";
import type { Reviewer } from "../use-reviewer.ts";
import { filesOfInput } from "../worklist/upload/collect-files.ts";
import { useDrop } from "../worklist/upload/use-drop.ts";
import type { ContouredHere } from "./messages.ts";
import { SlicePicture } from "./slice-picture.tsx";
import { useContouring } from "./use-contouring.ts";
import "./here.css";

export function HerePage({ reviewer }: { readonly reviewer: Reviewer }): ReactNode {
  const { state, take, stop } = useContouring();
  const over = useDrop(take);
  return (
    <>
      <AppHeader page="here" reviewer={reviewer} />
      <main className="page">
        <div className="page-inner">
          <div className="page-title">
            <h1>Contour on this computer</h1>
            <FolderButton onPick={(files) => take(Promise.resolve(files))} />
          </div>
          {state.stage === "none" && (
            <EmptyState icon="inbox" title="Drop the folder of a planning CT">
              It is read and contoured by this browser. No image leaves this computer: only the model comes
              from the server. The contour is automatic and not reviewed; it is kept nowhere unless you save
              it.
            </EmptyState>
          )}
          {state.stage === "working" && (
            <section className="upload" aria-label="Contouring" data-testid="here-working">
              <Icon name="spinner" />
              <div className="upload-body">
                <span>{capital(state.task)}</span>
                <Progress label="Contouring" part={state.part} />
              </div>
              <Button onClick={stop}>Cancel</Button>
            </section>
          )}
          {state.stage === "failed" && <ProblemBar onDismiss={stop}>{state.message}</ProblemBar>}
          {state.stage === "choose" && (
            <section aria-label="CT series" className="here-series">
              <p>These files hold {state.series.length} CT series. Which one is the planning CT?</p>
              {state.series.map(({ uid, slices, description }) => (
                <Button key={uid} onClick={() => state.choose(uid)}>
                  {slices} slices of {description}
                </Button>
              ))}
            </section>
          )}
          {state.stage === "done" && <Result result={state.result} />}
        </div>
      </main>
      {over && (
        <div className="drop" aria-hidden="true">
          <Icon name="upload" size={30} />
          Drop a folder of DICOM files: it stays on this computer
        </div>
      )}
    </>
  );
}

function FolderButton({
  onPick,
}: {
  readonly onPick: (files: ReturnType<typeof filesOfInput>) => void;
}): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        webkitdirectory=""
        data-testid="here-folder"
        onChange={({ currentTarget }) => {
          const files = filesOfInput(currentTarget.files ?? []);
          // So that choosing the same once more is a change.
          currentTarget.value = "";
          if (files.length > 0) onPick(files);
        }}
      />
      <Button variant="primary" icon="folder" onClick={() => input.current?.click()}>
        Choose folder…
      </Button>
    </>
  );
}

function Result({ result }: { readonly result: ContouredHere }): ReactNode {
  const { volumeCc, worth, doubtful, findings, model, runtime, msPerSlice, picture, rtstruct } = result;
  const hasTumour = volumeCc > 0;
  return (
    <div className="here-result" data-testid="here-result">
      <SlicePicture picture={picture} />
      <div className="here-facts">
        <h2>{hasTumour ? `GTV of ${formatCc(volumeCc)} cc` : "No tumour was found"}</h2>
        {doubtful && <ProblemBar tone="caution">This contour is doubtful.</ProblemBar>}
        {worth !== null && <p>{worth}</p>}
        {findings.map((sentence) => (
          <ProblemBar key={sentence} tone="caution">
            {sentence}
          </ProblemBar>
        ))}
        <p>Automatic, not reviewed: a physician must check it before anything is planned on it.</p>
        <Button variant="primary" icon="download" onClick={() => save(rtstruct)}>
          Save RTSTRUCT
        </Button>
        <p className="soft">
          Model {model}. {runtime}: <span data-testid="here-speed">{msPerSlice.toFixed(0)} ms per slice</span>
          .
        </p>
      </div>
    </div>
  );
}

/** Named without the patient's name. */
function save(rtstruct: Uint8Array<ArrayBuffer>): void {
  saveFile(new Blob([rtstruct], { type: "application/dicom" }), "gtv-automatic.dcm");
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

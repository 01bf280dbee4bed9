/** Saves a signed version's file, or its CT and structure set de-identified; says why where it cannot. */
import { type ReactNode, useState } from "react";
import { downloadDeidentified, downloadVersion } from "../server/download-version.ts";
import { explain } from "../server/explain.ts";

type DownloadButtonProps = {
  readonly caseId: string;
  readonly version: number;
  readonly deidentified?: boolean;
  readonly className: string;
  readonly testId: string;
  readonly children: ReactNode;
};

export function DownloadButton({
  caseId,
  version,
  deidentified = false,
  className,
  testId,
  children,
}: DownloadButtonProps): ReactNode {
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const download = (): void => {
    setFailure(null);
    setBusy(true);
    (deidentified ? downloadDeidentified : downloadVersion)(caseId, version)
      .catch((reason: unknown) => setFailure(explain(reason)))
      .finally(() => setBusy(false));
  };
  return (
    <>
      {failure !== null && <span role="alert">{failure}</span>}
      <button type="button" className={className} onClick={download} disabled={busy} data-testid={testId}>
        {children}
      </button>
    </>
  );
}

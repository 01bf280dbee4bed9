/** Saves a signed version's file; says why where it cannot. */
import { type ReactNode, useState } from "react";
import { downloadVersion } from "../server/download-version.ts";
import { explain } from "../server/explain.ts";

type DownloadButtonProps = {
  readonly caseId: string;
  readonly version: number;
  readonly className: string;
  readonly testId: string;
  readonly children: ReactNode;
};

export function DownloadButton({
  caseId,
  version,
  className,
  testId,
  children,
}: DownloadButtonProps): ReactNode {
  const [failure, setFailure] = useState<string | null>(null);
  const download = (): void => {
    setFailure(null);
    downloadVersion(caseId, version).catch((reason: unknown) => setFailure(explain(reason)));
  };
  return (
    <>
      {failure !== null && <span role="alert">{failure}</span>}
      <button type="button" className={className} onClick={download} data-testid={testId}>
        {children}
      </button>
    </>
  );
}

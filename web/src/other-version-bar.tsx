/** On every page but an open review, which tells it in its own place: the server is of another version than this page. */
import { type ReactNode, useSyncExternalStore } from "react";
import { otherVersion, otherVersionText } from "./server/other-version.ts";
import { Button } from "./ui/button.tsx";
import { ProblemBar } from "./ui/notices.tsx";

export function OtherVersionBar(): ReactNode {
  if (!useSyncExternalStore(otherVersion.subscribe, otherVersion.isSo)) return null;
  return (
    <ProblemBar
      tone="caution"
      action={
        <Button icon="refresh" onClick={() => window.location.reload()}>
          Reload
        </Button>
      }
    >
      {otherVersionText} Reload it.
    </ProblemBar>
  );
}

/** The frame of every page: which one is shown, who reviews, and that this is no medical device. */
import { lazy, type ReactNode, Suspense, useEffect, useSyncExternalStore } from "react";
import { SignInAgain, SignInPage } from "./account/sign-in-page.tsx";
import { useSession } from "./account/use-session.ts";
import { DepartmentPage } from "./department/department-page.tsx";
import { OtherVersionBar } from "./other-version-bar.tsx";
import { LossBars } from "./review/loss-bars.tsx";
import { unsavedWork } from "./review/session/record/unsaved-work.ts";
import { ReviewerDialog } from "./reviewer-dialog.tsx";
import { parseRoute } from "./route.ts";
import { StudyPage } from "./study/study-page.tsx";
import { ProblemBar } from "./ui/notices.tsx";
import { useReviewer } from "./use-reviewer.ts";
import { Worklist } from "./worklist/worklist.tsx";

/** The viewer is nine tenths of the program: the worklist does not wait for it, but has it ready. */
const loadReviewPage = () => import("./review/review-page.tsx");
const ReviewPage = lazy(async () => ({ default: (await loadReviewPage()).ReviewPage }));

/** Rarely used, and with it comes what writes DICOM. */
const HerePage = lazy(async () => ({ default: (await import("./here/here-page.tsx")).HerePage }));

export function App(): ReactNode {
  const route = parseRoute(useSyncExternalStore(onHashChange, () => window.location.hash));
  const page = useSession();
  const { session } = page;
  const reviewer = useReviewer(page);
  const failing = useSyncExternalStore(unsavedWork.subscribe, unsavedWork.isFailing);
  const isHere = useSyncExternalStore(unsavedWork.subscribe, unsavedWork.isHere);
  useEffect(() => {
    void loadReviewPage();
  }, []);
  useEffect(() => {
    document.title = `${titles[route.page]} · Delineate`;
  }, [route.page]);

  useEffect(() => {
    if (!isHere) return;
    // The browser asks before it closes a tab with work that is nowhere else.
    const onClose = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", onClose);
    return () => window.removeEventListener("beforeunload", onClose);
  }, [isHere]);

  if (session === undefined) return <div className="app" />;
  if (session.required && session.account === null)
    return (
      <div className="app">
        <SignInPage {...page} />
        <Foot />
      </div>
    );
  return (
    <div className="app">
      {route.page !== "review" && <OtherVersionBar />}
      {route.page !== "review" && <LossBars />}
      {failing && route.page !== "review" && (
        <ProblemBar tone="caution">
          Your last changes to a contour wait for the server. They are sent as soon as it answers; keep this
          tab open until then.
        </ProblemBar>
      )}
      {route.page === "worklist" && <Worklist reviewer={reviewer} query={route.query} />}
      {route.page === "study" && <StudyPage reviewer={reviewer} />}
      {route.page === "here" && (
        <Suspense>
          <HerePage reviewer={reviewer} />
        </Suspense>
      )}
      {route.page === "department" && <DepartmentPage reviewer={reviewer} />}
      {route.page === "review" && reviewer.name !== null && (
        <Suspense>
          <ReviewPage
            key={route.caseId}
            caseId={route.caseId}
            byHand={route.byHand}
            query={route.query}
            reviewer={reviewer}
          />
        </Suspense>
      )}
      <Foot />
      {page.ended && <SignInAgain {...page} />}
      {(reviewer.asking || reviewer.name === null) && <ReviewerDialog reviewer={reviewer} />}
    </div>
  );
}

function Foot(): ReactNode {
  return (
    <footer className="app-foot">
      <span className="app-foot-rule">For research only. Not a medical device, not for clinical use.</span>
      <a href="licences.txt">Licences</a>
    </footer>
  );
}

const titles = {
  worklist: "Worklist",
  review: "Review",
  study: "Time study",
  here: "On this computer",
  department: "Department",
} as const;

function onHashChange(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}

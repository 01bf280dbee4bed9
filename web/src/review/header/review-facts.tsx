/** Under the bar: which series is looked at, and what the model that contoured it was trained on. */
import type { ReactNode } from "react";
import { formatStudyDate, seriesFacts } from "../../format.ts";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";
import { WindowFields } from "./window-fields.tsx";
import "./review-facts.css";

type ReviewFactsProps = { readonly session: ReviewSession; readonly state: ReviewState };

export function ReviewFacts({ session, state }: ReviewFactsProps): ReactNode {
  const { summary, automatic } = state.detail;
  const series = [...seriesFacts(summary), formatStudyDate(summary.studyDate)].join(", ");
  const { model, trainedOn, helpers = [] } = automatic ?? {};
  return (
    <section className="facts-strip" aria-label="Series and model">
      <span className="facts-text" title={series} data-testid="series">
        {series}
      </span>
      {model && trainedOn && (
        <span
          className="facts-text facts-model"
          title={[
            `${model.name} ${model.version}, trained on ${trainedOn.summary}`,
            ...trainedOn.details,
            ...helpers.map(({ name, version }) => `It asked ${name} ${version} as well.`),
          ].join("\n")}
          data-testid="trained-on"
        >
          Model {model.name} {model.version}, trained on {trainedOn.summary}
        </span>
      )}
      <span className="facts-room" />
      <WindowFields session={session} state={state} />
    </section>
  );
}

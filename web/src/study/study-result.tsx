/** The comparison: two means, the paired difference, the figure, and what the numbers mean. */
import type { ReactNode } from "react";
import type { Study } from "#contract/workspace/study.ts";
import { counted } from "#core/counted.ts";
import { formatGap, formatNumber, formatP } from "../format.ts";

export function StudyResult({ study }: { readonly study: Study }): ReactNode {
  const { manual, assisted, paired, paper, figure } = study;
  return (
    <div className="study-result">
      <div className="study-numbers">
        <div className="study-cards">
          <Mean title="Manual" summary={manual} paperMinutes={paper.manualMinutes} />
          <Mean title="Assisted" summary={assisted} paperMinutes={paper.assistedMinutes} />
          <section className="study-card">
            <h2>Saved by patient</h2>
            {paired === null ? (
              <p className="soft study-missing">Needs two patients that were contoured both ways.</p>
            ) : (
              <>
                <p className="study-value">
                  {formatMinutes(paired.meanSavedMinutes)} <span>min</span>
                </p>
                <dl className="facts">
                  <div>
                    <dt>95 % interval</dt>
                    <dd>
                      {paired.interval95 === null
                        ? "–"
                        : `${formatMinutes(paired.interval95[0])} to ${formatMinutes(paired.interval95[1])} min`}
                    </dd>
                  </div>
                  <div>
                    <dt>P, paired t test</dt>
                    <dd>{formatP(paired.tTestP)}</dd>
                  </div>
                  <div>
                    <dt>P, Wilcoxon</dt>
                    <dd>{formatP(paired.wilcoxonP)}</dd>
                  </div>
                </dl>
                <p className="faint">{counted(paired.pairs, "patient")} contoured both ways</p>
                <Orders paired={paired} />
              </>
            )}
          </section>
        </div>
        <section className="study-note">
          <h2>What is measured</h2>
          <p>
            Active contouring time: the time between two inputs (pointer, wheel, key) on the review page
            counts if it is at most 15 seconds. Longer gaps are pauses and count nothing, as does time with
            the page hidden. Loading the patient and reading the worklist are not part of it. The first
            signature of a review counts; one after reopening is listed and not counted, as is a review by
            hand in which a copied structure or a network had a part.
          </p>
          <p>
            By hand the page shows nothing of the model: neither its contour and its doubt, nor what was
            signed from it, nor the tools that ask a network. Who contours a patient the second time remembers
            the first: the two orders are told apart, and the time between them is from the other way's last
            use to the beginning of this one.
          </p>
          <p>
            The paper (Zhang 2020) reports about {paper.manualMinutes} minutes for a patient by hand and{" "}
            {paper.assistedMinutes} minutes assisted. It gives no spread and does not say how it measured:
            take the comparison as orientation.
          </p>
        </section>
      </div>
      {figure !== "" && (
        <figure className="study-figure">
          {/* As an image nothing in it can run. */}
          <img
            src={figureAddress(figure)}
            alt="Active minutes of each patient, manual and assisted, the two of one patient joined by a line"
          />
        </figure>
      )}
    </div>
  );
}

/** Saved by what was done first: memory of the first time shortens the second. */
function Orders({
  paired: { order, medianBetweenMs },
}: {
  readonly paired: NonNullable<Study["paired"]>;
}): ReactNode {
  return (
    <dl className="facts" data-testid="study-order">
      {orders.map(([name, title]) => {
        const { pairs, meanSavedMinutes } = order[name];
        return (
          pairs > 0 && (
            <div key={name}>
              <dt>
                {title} ({pairs})
              </dt>
              <dd>{meanSavedMinutes === null ? "–" : `${formatMinutes(meanSavedMinutes)} min`}</dd>
            </div>
          )
        );
      })}
      {medianBetweenMs !== null && (
        <div>
          <dt>Between them, median</dt>
          <dd>{formatGap(medianBetweenMs)}</dd>
        </div>
      )}
    </dl>
  );
}

const orders = [
  ["manualFirst", "Manual first"],
  ["assistedFirst", "Assisted first"],
  ["unrelated", "Two reviewers"],
] as const;

/** The server's figure takes its colour from what it stands in; as an image of its own it stands in nothing. */
function figureAddress(figure: string): string {
  const size = (name: "width" | "height"): string =>
    new RegExp(`${name}="([\\d.]+)"`).exec(figure)?.[1] ?? "100%";
  const frame = `xmlns="http://www.w3.org/2000/svg" width="${size("width")}" height="${size("height")}"`;
  const text = getComputedStyle(document.documentElement).getPropertyValue("--text");
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(`<svg ${frame} style="color:${text}">${figure}</svg>`)}`;
}

/** Tenths of a minute, below one minute hundredths. */
function formatMinutes(minutes: number): string {
  return formatNumber(minutes, Math.abs(minutes) < 1 ? 2 : 1);
}

type MeanProps = {
  readonly title: string;
  readonly summary: Study["manual"];
  readonly paperMinutes: number;
};

function Mean({ title, summary, paperMinutes }: MeanProps): ReactNode {
  const { count, meanMinutes, sdMinutes } = summary;
  return (
    <section className="study-card">
      <h2>{title}</h2>
      {meanMinutes === null ? (
        <p className="study-value study-none">None yet</p>
      ) : (
        <p className="study-value">
          {formatMinutes(meanMinutes)}
          {sdMinutes !== null && <small> ± {formatMinutes(sdMinutes)}</small>} <span>min</span>
        </p>
      )}
      <dl className="facts">
        <div>
          <dt>Paper</dt>
          <dd>{paperMinutes} min</dd>
        </div>
      </dl>
      <p className="faint">
        {counted(count, "review")}
        {sdMinutes === null ? "" : ", mean ± SD"}
      </p>
    </section>
  );
}

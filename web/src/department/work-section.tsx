/** What waits and what is done just now, by how many processes; and the rules for what comes by the network. */
import type { ReactNode } from "react";
import type { WorkFacts } from "#contract/workspace/work.ts";
import { counted } from "#core/counted.ts";
import { ProblemBar } from "../ui/notices.tsx";

export function WorkSection({ work }: { readonly work: WorkFacts }): ReactNode {
  return (
    <section aria-labelledby="work-title">
      <div className="section-title">
        <h2 id="work-title">Work</h2>
        <span className="soft" data-testid="processes">
          {counted(work.processes, "process", "processes")}
        </span>
      </div>
      <table className="department-table" data-testid="work">
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">Waiting</th>
            <th scope="col">Going on</th>
            <th scope="col">Failed</th>
          </tr>
        </thead>
        <tbody>
          {work.jobs.map(({ kind, waiting, active, failed }) => (
            <tr key={kind}>
              <th scope="row">{kinds[kind] ?? kind}</th>
              <td>{waiting}</td>
              <td>{active}</td>
              <td>{failed}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {work.storage !== null && <Storage storage={work.storage} />}
      {work.parts.length > 0 && <Parts parts={work.parts} />}
      {work.rules.length > 0 && <Rules rules={work.rules} />}
    </section>
  );
}

const kinds: Readonly<Record<string, string>> = {
  prepare: "Reading CTs",
  masks: "Taking in structure sets",
  segment: "Contouring",
  experiment: "Parts of experiments",
};

function Storage({ storage }: { readonly storage: NonNullable<WorkFacts["storage"]> }): ReactNode {
  const { usedBytes, limitBytes } = storage;
  const text = `The data folder holds ${gigabytes(usedBytes)} of ${gigabytes(limitBytes)} GB.`;
  const isFull = usedBytes >= limitBytes;
  if (usedBytes < nearlyFull * limitBytes)
    return (
      <p className="soft" data-testid="storage">
        {text}
      </p>
    );
  return (
    <ProblemBar tone="caution">
      <span data-testid="storage">
        {text} {isFull ? "Nothing more is taken in." : "When it is full, nothing more is taken in."}
      </span>
    </ProblemBar>
  );
}

/** Time enough to remove patients or to add a disk. */
const nearlyFull = 0.9;

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}

function Parts({ parts }: Pick<WorkFacts, "parts">): ReactNode {
  return (
    <table className="department-table" data-testid="parts">
      <thead>
        <tr>
          <th scope="col">Experiment</th>
          <th scope="col">Part</th>
          <th scope="col">Machine</th>
          <th scope="col">Done</th>
        </tr>
      </thead>
      <tbody>
        {parts.map(({ experiment, stage, worker, done, total }) => (
          <tr key={`${experiment} ${stage} ${worker}`}>
            <th scope="row">{experiment}</th>
            <td>{stage || "begins"}</td>
            <td>{worker}</td>
            <td>{total === 0 ? "" : `${done} of ${total}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Rules({ rules }: Pick<WorkFacts, "rules">): ReactNode {
  return (
    <table className="department-table" data-testid="rules">
      <thead>
        <tr>
          <th scope="col">Rule</th>
          <th scope="col">A CT of which</th>
          <th scope="col">is contoured by</th>
          <th scope="col">and sent to</th>
        </tr>
      </thead>
      <tbody>
        {rules.map(({ name, when, model, sendTo }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              {Object.entries(when)
                .map(([attribute, pattern]) => `${attribute} is ${pattern}`)
                .join(", ")}
            </td>
            <td>{model}</td>
            <td>{sendTo.join(", ") || "nobody"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

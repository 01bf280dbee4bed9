/** What is sent to peers: what is not there yet first, with why, and a way to try at once. */
import { type ReactNode, useState } from "react";
import type { Delivery } from "#contract/workspace/delivery.ts";
import { reviewAddress } from "../route.ts";
import { call } from "../server/api.ts";
import { explain } from "../server/explain.ts";
import { Button } from "../ui/button.tsx";
import { ProblemBar } from "../ui/notices.tsx";

type DeliveryTableProps = { readonly deliveries: readonly Delivery[]; readonly onChanged: () => void };

export function DeliveryTable({ deliveries, onChanged }: DeliveryTableProps): ReactNode {
  const [problem, setProblem] = useState<string | null>(null);
  const hasten = (deliveryId: string): void => {
    setProblem(null);
    call("hastenDelivery", { deliveryId }, {}).then(onChanged, (reason: unknown) =>
      setProblem(explain(reason)),
    );
  };
  return (
    <section aria-labelledby="deliveries-title">
      <div className="section-title">
        <h2 id="deliveries-title">Deliveries</h2>
      </div>
      {problem !== null && <ProblemBar tone="caution">{problem}</ProblemBar>}
      {deliveries.length === 0 && <p className="soft">Nothing is to be sent.</p>}
      {deliveries.length > 0 && (
        <table className="department-table" data-testid="deliveries">
          <thead>
            <tr>
              <th scope="col">Patient</th>
              <th scope="col">What</th>
              <th scope="col">To</th>
              <th scope="col">State</th>
              <th scope="col">
                <span className="aside-label">Try at once</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {deliveries.map((delivery) => (
              <tr key={delivery.id}>
                <td>
                  <a href={reviewAddress(delivery.caseId)}>{delivery.patientLabel}</a>
                </td>
                <td>{delivery.version === null ? "automatic contour" : `version ${delivery.version}`}</td>
                <td>{delivery.peer}</td>
                <td>{stateOf(delivery)}</td>
                <td>
                  {delivery.state === "waiting" && (
                    <Button variant="quiet" onClick={() => hasten(delivery.id)}>
                      Try now
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function stateOf({ state, attempts, remark, dueAt, deliveredAt }: Delivery): string {
  const why = remark === null ? "" : `: ${remark}`;
  if (state === "delivered") return `there since ${new Date(deliveredAt ?? 0).toLocaleString()}${why}`;
  if (state === "refused") return `cannot be sent${why}`;
  if (attempts === 0) return "waits";
  return `failed ${attempts} times${why}; again at ${new Date(dueAt ?? 0).toLocaleTimeString()}`;
}

/** The patients before and after this one in the list that it was opened from. */
import { useEffect, useState } from "react";
import { reviewAddress } from "../route.ts";
import { call } from "../server/api.ts";
import { arrangeCases, neighboursOf } from "../worklist/arrange-cases.ts";
import { arrangementOf } from "../worklist/arrangement-query.ts";

/** Addresses; null at the ends of the list and until it is known. */
export type Neighbours = { readonly previous: string | null; readonly next: string | null };

/** As the list was when the patient was opened: its order does not change under the person's hands. */
export function useNeighbours(caseId: string, query: string): Neighbours {
  const [neighbours, setNeighbours] = useState<Neighbours>({ previous: null, next: null });
  useEffect(() => {
    let unmounted = false;
    call("listCases", {}, undefined).then(
      (cases) => {
        const { previous, next } = neighboursOf(arrangeCases(cases, arrangementOf(query)), caseId);
        const address = (id: string | undefined): string | null =>
          id === undefined ? null : reviewAddress(id, query);
        if (!unmounted) setNeighbours({ previous: address(previous?.id), next: address(next?.id) });
      },
      // Without the list there is the way back to it.
      () => undefined,
    );
    return () => {
      unmounted = true;
    };
  }, [caseId, query]);
  return neighbours;
}

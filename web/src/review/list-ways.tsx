/** The ways out of a review: back to the list as it was left, and to the patients beside this one on it. */
import type { ReactNode } from "react";
import { IconButton } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import type { Neighbours } from "./use-neighbours.ts";

/** `address`: of the list. */
export type ListPlace = Neighbours & { readonly address: string };

type ListWaysProps = {
  readonly list: ListPlace;
  /** False while changes are not saved: `onLeave` is asked instead. */
  readonly free: boolean;
  readonly onLeave: (address: string) => void;
};

export function ListWays({ list, free, onLeave }: ListWaysProps): ReactNode {
  const go = (address: string | null): void => {
    if (address === null) return;
    if (free) window.location.hash = address;
    else onLeave(address);
  };
  return (
    <>
      <a
        className="bar-back"
        href={list.address}
        data-testid="back"
        onClick={(event) => {
          if (free) return;
          event.preventDefault();
          onLeave(list.address);
        }}
      >
        <Icon name="back" />
        Worklist
      </a>
      <div className="bar-group">
        <IconButton
          icon="back"
          label="Previous patient"
          disabled={list.previous === null}
          data-testid="previous-case"
          onClick={() => go(list.previous)}
        />
        <IconButton
          icon="forward"
          label="Next patient"
          disabled={list.next === null}
          data-testid="next-case"
          onClick={() => go(list.next)}
        />
      </div>
    </>
  );
}

/** Above the worklist: search by text, choose a state, and how many patients that leaves. */
import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import { type CaseState, type CaseSummary, caseStates } from "#contract/workspace/case.ts";
import { counted } from "#core/counted.ts";
import { Select } from "../ui/fields.tsx";
import { Icon } from "../ui/icon.tsx";
import { countPatients } from "./arrange-cases.ts";
import { stateLabels } from "./case-state.tsx";

type Filter = { readonly search: string; readonly state: CaseState | "all" };

export const noFilter: Filter = { search: "", state: "all" };

export function Filters({
  cases,
  shown,
  filter,
  onChange,
}: {
  readonly cases: readonly CaseSummary[];
  /** Those that the filter leaves. */
  readonly shown: readonly CaseSummary[];
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}): ReactNode {
  const searchBox = useSlash();
  return (
    <div className="filters">
      <label className="search">
        <span className="aside-label">Search name, ID or series</span>
        <Icon name="search" />
        <input
          ref={searchBox}
          type="search"
          placeholder="Search name, ID or series"
          value={filter.search}
          data-testid="search"
          onChange={(event) => onChange({ state: filter.state, search: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === "Escape") onChange({ state: filter.state, search: "" });
            if (event.key !== "ArrowDown") return;
            event.preventDefault();
            document.querySelector<HTMLElement>("a.case-link")?.focus();
          }}
        />
        <kbd>/</kbd>
      </label>
      <Select
        label="State"
        hideLabel
        value={filter.state}
        testId="filter-state"
        options={[
          { value: "all", label: "All states" },
          ...caseStates.map((value) => ({
            value,
            label: `${stateLabels[value]} (${cases.filter((entry) => entry.state === value).length})`,
          })),
        ]}
        onChange={(value) => onChange({ search: filter.search, state: value as Filter["state"] })}
      />
      <span className="soft filters-count" role="status">
        {shown.length < cases.length && `${countPatients(shown)} of `}
        {counted(countPatients(cases), "patient")}
        {cases.length > countPatients(cases) && `, ${counted(shown.length, "series", "series")}`}
      </span>
    </div>
  );
}

/** `/` goes to the search box, unless a person is typing. */
function useSlash(): RefObject<HTMLInputElement | null> {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "/" || (event.target instanceof Element && event.target.closest("input, dialog")))
        return;
      event.preventDefault();
      box.current?.focus();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return box;
}

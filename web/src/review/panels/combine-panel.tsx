/** The active structure combined with another one: union, intersection, difference, crop, ring. */
import { type ReactNode, useState } from "react";
import { largestDistanceMm } from "#editing/tools/near-mask.ts";
import { Button } from "../../ui/button.tsx";
import { Choice, NumberField, Select } from "../../ui/fields.tsx";
import {
  type Combination,
  combinationEntry,
  combinationNames,
} from "../session/other-structures/combinations.ts";
import { importedRois } from "../session/other-structures/imported-rois.ts";
import type { ReviewState } from "../session/review-state.ts";
import type { PanelProps } from "./panel-props.ts";
import { freeName } from "./structures/structure-name.ts";

export function CombinePanel({ session, state }: PanelProps): ReactNode {
  const [how, setHow] = useState<Combination>("union");
  const [chosen, setChosen] = useState<string | null>(null);
  const [into, setInto] = useState<"active" | "new">("active");
  const [distances, setDistances] = useState<Partial<Record<Combination, readonly number[]>>>({});
  const candidates = operands(state);
  const active = state.structures.find(({ id }) => id === state.activeId);
  const other = candidates.find(({ value }) => value === chosen) ?? candidates[0];
  if (active === undefined || other === undefined)
    return <p className="panel-hint">There is no other structure to combine this one with.</p>;
  const entry = combinationEntry(how);
  const distancesMm = distances[how] ?? entry.distances.map(({ firstMm }) => firstMm);
  const setDistance = (at: number, mm: number): void =>
    setDistances({ ...distances, [how]: distancesMm.map((before, index) => (index === at ? mm : before)) });
  const apply = (): void => {
    const name = freeName(
      entry.label,
      state.structures.map((structure) => structure.name),
    );
    // A ring is no target, whatever it lies round.
    const type = how === "ring" ? "ORGAN" : active.type;
    const newStructure = into === "new" ? { name, type } : null;
    void session.combining.combine({ how, otherId: other.value, distancesMm, into: newStructure });
  };
  return (
    <>
      <Select
        label="Operation"
        value={how}
        testId="combine-how"
        options={combinationNames.map((value) => ({ value, label: combinationEntry(value).label }))}
        onChange={(value) => setHow(combinationNames.find((name) => name === value) ?? "union")}
      />
      <Select
        label={how === "ring" ? "Round" : "With"}
        value={other.value}
        testId="combine-other"
        options={candidates}
        onChange={setChosen}
      />
      {entry.distances.map(({ label }, at) => (
        <NumberField
          key={`${how} ${label}`}
          label={label}
          value={distancesMm[at]}
          min={0}
          max={largestDistanceMm}
          unit="mm"
          testId={`combine-mm-${at}`}
          onChange={(mm) => setDistance(at, mm)}
        />
      ))}
      <Choice
        label="Result in"
        value={into}
        testId="combine-into"
        options={[
          { value: "active", label: active.name },
          { value: "new", label: "New structure" },
        ]}
        onChange={setInto}
      />
      <p className="panel-hint">{entry.help(active.name, other.label)}</p>
      <Button data-testid="combine-apply" disabled={state.busy !== null} onClick={apply}>
        {entry.label}
      </Button>
    </>
  );
}

/** What came with the CT was not drawn by this person: whose hand is timed has their own structures only. */
function operands({ detail, structures, activeId, start }: ReviewState) {
  const structureOptions = structures
    .filter(({ id }) => id !== activeId)
    .map(({ id, name }) => ({ value: `structure:${id}`, label: name }));
  const imported = importedRois(detail).map(({ id, label }) => ({ value: id, label }));
  return start === "manual" ? structureOptions : [...structureOptions, ...imported];
}

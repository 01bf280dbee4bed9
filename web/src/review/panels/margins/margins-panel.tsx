/** CTV from GTVs, PTV from CTVs. */
import { type ReactNode, useEffect, useState } from "react";
import { uniformMargin } from "#geometry/margins/margins.ts";
import { defaultPtvMarginMm } from "#geometry/margins/target-volumes.ts";
import { NumberField, Toggle } from "../../../ui/fields.tsx";
import type { StructureView } from "../../session/review-state.ts";
import type { PanelProps } from "../panel-props.ts";
import { CtvMarginField, firstCtvMargin } from "./ctv-margin.tsx";
import { MarginStep } from "./margin-step.tsx";
import { mostMarginMm, SideMargins } from "./side-margins.tsx";
import { StructureChoice } from "./structure-choice.tsx";
import "./margins.css";

export function MarginsPanel({ session, state }: PanelProps): ReactNode {
  const [ctvMargin, setCtvMargin] = useState(firstCtvMargin);
  const [ptvMm, setPtvMm] = useState(uniformMargin(defaultPtvMarginMm));
  const [ptvSides, setPtvSides] = useState(false);
  const [trimToBody, setTrim] = useState(true);
  const [boneIsBarrier, setBarrier] = useState(true);
  /** By id, where a person said so: drawn targets take part otherwise, organs do not. */
  const [chosen, setChosen] = useState<Readonly<Record<string, boolean>>>({});
  const choose = (id: string, on: boolean): void => setChosen({ ...chosen, [id]: on });
  const takesPart = ({ id, volumeCc }: StructureView): boolean => volumeCc > 0 && (chosen[id] ?? true);

  const ofType = (type: StructureView["type"]) =>
    state.structures.filter((structure) => structure.type === type);
  const [gtvs, ctvs, organs] = [ofType("GTV"), ofType("CTV"), ofType("ORGAN")];
  const [fromGtvs, fromCtvs] = [gtvs.filter(takesPart), ctvs.filter(takesPart)];
  const [ctv, ptv] = ["CTV", "PTV"].map((name) =>
    state.structures.find((structure) => structure.type === name && structure.name.toUpperCase() === name),
  );
  const busy = state.busy !== null;
  const expanded = fromGtvs.map(({ id }) => id).join(" ");
  useEffect(() => session.computed.prepareMargins(expanded.split(" ").filter(Boolean)), [session, expanded]);
  if (gtvs.length === 0) return <p className="panel-hint">A margin needs a structure of type GTV.</p>;

  const make = (type: "CTV" | "PTV"): void =>
    void session.computed.expandMargin({
      into: { name: type, type },
      sources: (type === "CTV" ? fromGtvs : fromCtvs).map(({ id }) => id),
      marginsMm: type === "CTV" ? ctvMargin.mm : ptvMm,
      trimToBody,
      boneIsBarrier,
      barriers: organs.filter(({ id, volumeCc }) => volumeCc > 0 && chosen[id]).map(({ id }) => id),
    });
  const choice = { chosen: (id: string) => chosen[id] ?? true, onChoose: choose };
  return (
    <>
      <CtvMarginField margin={ctvMargin} onChange={setCtvMargin} />
      <Toggle label="Trim to the body" checked={trimToBody} onChange={setTrim} />
      <Toggle label="Bone is a barrier" checked={boneIsBarrier} onChange={setBarrier} />
      <StructureChoice
        label="Barrier:"
        testId="barrier"
        structures={organs}
        {...choice}
        chosen={(id) => chosen[id] ?? false}
      />
      {gtvs.length > 1 && <StructureChoice label="From" testId="from" structures={gtvs} {...choice} />}
      <MarginStep
        session={session}
        from={names(fromGtvs, "GTV")}
        into="CTV"
        structure={ctv}
        disabled={busy || fromGtvs.length === 0 || ctvMargin.histology === null}
        busy={busy}
        onMake={() => make("CTV")}
      />
      {!ptvSides && (
        <NumberField
          label="CTV to PTV"
          value={ptvMm.anterior}
          min={0}
          max={mostMarginMm}
          unit="mm"
          testId="ptv-margin"
          onChange={(mm) => setPtvMm(uniformMargin(mm))}
        />
      )}
      <Toggle
        label="A PTV margin for each side"
        checked={ptvSides}
        testId="ptv-sides"
        onChange={(on) => {
          setPtvSides(on);
          if (!on) setPtvMm(uniformMargin(ptvMm.anterior));
        }}
      />
      {ptvSides && <SideMargins testId="ptv-margin" mm={ptvMm} onChange={setPtvMm} />}
      {ctvs.length > 1 && <StructureChoice label="From" testId="from" structures={ctvs} {...choice} />}
      <MarginStep
        session={session}
        from={names(fromCtvs, "CTV")}
        into="PTV"
        structure={ptv}
        disabled={busy || fromCtvs.length === 0}
        busy={busy}
        onMake={() => make("PTV")}
      />
    </>
  );
}

function names(structures: readonly StructureView[], without: string): string {
  return structures.length === 0 ? without : structures.map(({ name }) => name).join(" and ");
}

/** CTV from GTV, PTV from CTV. */
import { type ReactNode, useState } from "react";
import { uniformMargin } from "#geometry/margins/margins.ts";
import { defaultPtvMarginMm } from "#geometry/margins/target-volumes.ts";
import { NumberField, Select, Toggle } from "../../../ui/fields.tsx";
import type { PanelProps } from "../panels.tsx";
import { CtvMarginField, firstCtvMargin, mostMarginMm, possibleMargins } from "./ctv-margin.tsx";
import { MarginStep } from "./margin-step.tsx";

export function MarginsPanel({ session, state }: PanelProps): ReactNode {
  const [ctvMargin, setCtvMargin] = useState(firstCtvMargin);
  const [ptvMm, setPtvMm] = useState(defaultPtvMarginMm);
  const [trimToBody, setTrim] = useState(true);
  const [boneIsBarrier, setBarrier] = useState(true);
  /** Null: the one that is being drawn. */
  const [fromId, setFromId] = useState<string | null>(null);
  const gtvs = state.structures.filter(({ type }) => type === "GTV");
  const gtv = gtvs.find(({ id }) => id === (fromId ?? state.activeId)) ?? gtvs[0];
  const ctv = state.structures.find(({ name }) => name === "CTV");
  const ptv = state.structures.find(({ name }) => name === "PTV");
  const busy = state.busy !== null;
  if (gtv === undefined) return <p className="panel-hint">A margin needs a structure of type GTV.</p>;

  const makeCtv = (): void =>
    void session.computed.expandMargin({
      into: { name: "CTV", type: "CTV" },
      from: gtv.id,
      marginsMm: ctvMargin.mm,
      trimToBody,
      boneIsBarrier,
    });
  const makePtv = (ctvId: string): void =>
    void session.computed.expandMargin({
      into: { name: "PTV", type: "PTV" },
      from: ctvId,
      marginsMm: uniformMargin(ptvMm),
      trimToBody,
      origins: gtvs.flatMap(({ id }) =>
        possibleMargins(ctvMargin).map((marginsMm) => ({ from: id, marginsMm })),
      ),
    });
  return (
    <>
      <CtvMarginField margin={ctvMargin} onChange={setCtvMargin} />
      <Toggle label="Trim to the body" checked={trimToBody} onChange={setTrim} />
      <Toggle label="Bone is a barrier" checked={boneIsBarrier} onChange={setBarrier} />
      {gtvs.length > 1 && (
        <Select
          label="From"
          value={gtv.id}
          options={gtvs.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setFromId}
        />
      )}
      <MarginStep
        from={gtv.name}
        into="CTV"
        made={ctv}
        disabled={busy || gtv.volumeCc === 0}
        onMake={makeCtv}
      />
      <NumberField
        label="CTV to PTV"
        value={ptvMm}
        min={0}
        max={mostMarginMm}
        unit="mm"
        onChange={setPtvMm}
      />
      <MarginStep
        from="CTV"
        into="PTV"
        made={ptv}
        disabled={busy || ctv === undefined || ctv.volumeCc === 0}
        onMake={() => ctv && makePtv(ctv.id)}
      />
      {ptv !== undefined && state.ptvMade?.revision === ptv.revision && (
        <p className="panel-hint" data-testid="ptv-made">
          {state.ptvMade.how}
        </p>
      )}
    </>
  );
}

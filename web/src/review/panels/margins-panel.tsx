/**
 * CTV from GTV, PTV from CTV. The margin to the CTV follows the histology: 6 mm round squamous cell carcinoma, 8 mm round
 * adenocarcinoma hold microscopic spread in 95 % of patients (Giraud et al. 2000).
 */
import { type ReactNode, useState } from "react";
import { type MarginSide, marginSides, uniformMargin } from "#geometry/margins/margins.ts";
import { ctvMarginsMm, defaultPtvMarginMm } from "#geometry/margins/target-volumes.ts";
import { formatCc } from "../../format.ts";
import { Button } from "../../ui/button.tsx";
import { Choice, NumberField, Select, Toggle } from "../../ui/fields.tsx";
import type { PanelProps } from "./panels.tsx";

const sideLabels: Record<MarginSide, string> = {
  anterior: "Anterior",
  posterior: "Posterior",
  left: "Patient left",
  right: "Patient right",
  superior: "Superior",
  inferior: "Inferior",
};

const histologies = { squamous: ctvMarginsMm.Squamous, adenocarcinoma: ctvMarginsMm.Adeno } as const;
type Histology = keyof typeof histologies | "other";

const most = 30;

export function MarginsPanel({ session, state }: PanelProps): ReactNode {
  const [histology, setHistology] = useState<Histology>("adenocarcinoma");
  const [own, setOwn] = useState(uniformMargin(histologies.adenocarcinoma));
  const [ptvMm, setPtvMm] = useState(defaultPtvMarginMm);
  const [trimToBody, setTrim] = useState(true);
  const [boneIsBarrier, setBarrier] = useState(true);
  const gtvs = state.structures.filter(({ type }) => type === "GTV");
  /** Null: the one that is being drawn. */
  const [fromId, setFromId] = useState<string | null>(null);
  const gtv = gtvs.find(({ id }) => id === (fromId ?? state.activeId)) ?? gtvs[0];
  const ctv = state.structures.find(({ name }) => name === "CTV");
  const ptv = state.structures.find(({ name }) => name === "PTV");
  const busy = state.busy !== null;
  /** Those that a CTV may have been made with, also before the page was loaded anew. */
  const ctvMargins = [
    ...(histology === "other" ? [own] : []),
    ...Object.values(histologies).map(uniformMargin),
  ];

  if (gtv === undefined) return <p className="panel-hint">A margin needs a structure of type GTV.</p>;
  return (
    <>
      <Choice
        label="Histology"
        value={histology}
        testId="histology"
        options={[
          { value: "squamous", label: "Squamous" },
          { value: "adenocarcinoma", label: "Adeno" },
          { value: "other", label: "Other" },
        ]}
        onChange={(next) => {
          setHistology(next);
          if (next !== "other") setOwn(uniformMargin(histologies[next]));
        }}
      />
      <p className="panel-hint">
        {histology === "other"
          ? "One margin for each side of the patient."
          : `${histologies[histology]} mm on every side covers microscopic spread in 95 % of patients.`}
      </p>
      {histology === "other" && (
        <div className="panel-inset margin-sides">
          {marginSides.map((side) => (
            <NumberField
              key={side}
              label={sideLabels[side]}
              value={own[side]}
              min={0}
              max={most}
              unit="mm"
              onChange={(mm) => setOwn({ ...own, [side]: mm })}
            />
          ))}
        </div>
      )}
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
      <div className="margin-step">
        <span>
          {gtv.name} <span className="faint">to</span> CTV
          <span className="margin-volume">
            {ctv === undefined ? "not made yet" : `${formatCc(ctv.volumeCc)} cc`}
          </span>
        </span>
        <Button
          disabled={busy || gtv.volumeCc === 0}
          data-testid="make-ctv"
          onClick={() =>
            void session.expandMargin({
              into: { name: "CTV", type: "CTV" },
              from: gtv.id,
              marginsMm: histology === "other" ? own : uniformMargin(histologies[histology]),
              trimToBody,
              boneIsBarrier,
            })
          }
        >
          {ctv === undefined ? "Make CTV" : "Make anew"}
        </Button>
      </div>
      <NumberField label="CTV to PTV" value={ptvMm} min={0} max={most} unit="mm" onChange={setPtvMm} />
      <div className="margin-step">
        <span>
          CTV <span className="faint">to</span> PTV
          <span className="margin-volume">
            {ptv === undefined ? "not made yet" : `${formatCc(ptv.volumeCc)} cc`}
          </span>
        </span>
        <Button
          disabled={busy || ctv === undefined || ctv.volumeCc === 0}
          data-testid="make-ptv"
          onClick={() =>
            ctv &&
            void session.expandMargin({
              into: { name: "PTV", type: "PTV" },
              from: ctv.id,
              marginsMm: uniformMargin(ptvMm),
              trimToBody,
              origins: gtvs.flatMap(({ id }) => ctvMargins.map((ofCtv) => ({ from: id, marginsMm: ofCtv }))),
            })
          }
        >
          {ptv === undefined ? "Make PTV" : "Make anew"}
        </Button>
      </div>
      {ptv !== undefined && state.ptvMade?.revision === ptv.revision && (
        <p className="panel-hint" data-testid="ptv-made">
          {state.ptvMade.how}
        </p>
      )}
    </>
  );
}

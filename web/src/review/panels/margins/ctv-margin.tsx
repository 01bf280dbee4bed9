/**
 * The margin from GTV to CTV. It follows the histology: 6 mm round squamous cell carcinoma, 8 mm round adenocarcinoma hold
 * microscopic spread in 95 % of patients (Giraud et al. 2000).
 */
import type { ReactNode } from "react";
import { type MarginSide, type MarginsMm, marginSides, uniformMargin } from "#geometry/margins/margins.ts";
import { ctvMarginsMm } from "#geometry/margins/target-volumes.ts";
import { Choice, NumberField } from "../../../ui/fields.tsx";

const sideLabels: Record<MarginSide, string> = {
  anterior: "Anterior",
  posterior: "Posterior",
  left: "Patient left",
  right: "Patient right",
  superior: "Superior",
  inferior: "Inferior",
};

const histologies = { squamous: ctvMarginsMm.Squamous, adenocarcinoma: ctvMarginsMm.Adeno } as const;

export const mostMarginMm = 30;

type CtvMargin = {
  readonly histology: keyof typeof histologies | "other";
  /** In use for "other"; else that of the histology. */
  readonly mm: MarginsMm;
};

export const firstCtvMargin: CtvMargin = {
  histology: "adenocarcinoma",
  mm: uniformMargin(histologies.adenocarcinoma),
};

/** Those that a CTV may have been made with, also before the page was loaded anew. */
export function possibleMargins({ histology, mm }: CtvMargin): readonly MarginsMm[] {
  return [...(histology === "other" ? [mm] : []), ...Object.values(histologies).map(uniformMargin)];
}

type CtvMarginFieldProps = {
  readonly margin: CtvMargin;
  readonly onChange: (margin: CtvMargin) => void;
};

export function CtvMarginField({ margin, onChange }: CtvMarginFieldProps): ReactNode {
  const { histology, mm } = margin;
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
        onChange={(next) =>
          onChange({ histology: next, mm: next === "other" ? mm : uniformMargin(histologies[next]) })
        }
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
              value={mm[side]}
              min={0}
              max={mostMarginMm}
              unit="mm"
              onChange={(value) => onChange({ histology, mm: { ...mm, [side]: value } })}
            />
          ))}
        </div>
      )}
    </>
  );
}

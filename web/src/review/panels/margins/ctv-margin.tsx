/**
 * The margin from GTV to CTV. It follows the histology, which a person says and the program never assumes: 6 mm round squamous cell
 * carcinoma, 8 mm round adenocarcinoma hold microscopic spread in 95 % of patients (Giraud et al. 2000).
 */
import type { ReactNode } from "react";
import { type MarginsMm, uniformMargin } from "#geometry/margins/margins.ts";
import { ctvMarginsMm } from "#geometry/margins/target-volumes.ts";
import { Choice } from "../../../ui/fields.tsx";
import { SideMargins } from "./side-margins.tsx";

const histologies = { squamous: ctvMarginsMm.Squamous, adenocarcinoma: ctvMarginsMm.Adeno } as const;

type CtvMargin = {
  /** Null until a person chooses. */
  readonly histology: keyof typeof histologies | "other" | null;
  /** In use for "other"; else that of the histology. */
  readonly mm: MarginsMm;
};

export const firstCtvMargin: CtvMargin = { histology: null, mm: uniformMargin(0) };

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
      <p className="panel-hint">{hintFor(histology)}</p>
      {histology === "other" && (
        <SideMargins testId="ctv-margin" mm={mm} onChange={(sides) => onChange({ histology, mm: sides })} />
      )}
    </>
  );
}

function hintFor(histology: CtvMargin["histology"]): string {
  if (histology === null) return "Choose the histology, or Other for margins of your own.";
  if (histology === "other") return "One margin for each side of the patient.";
  const source = "Giraud et al., Int J Radiat Oncol Biol Phys 2000;48:1015";
  return `${histologies[histology]} mm on every side holds microscopic spread in 95 % of patients (${source}).`;
}

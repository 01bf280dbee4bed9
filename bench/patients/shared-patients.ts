/**
 * The patients that are only measured with: three with a physician's contour, one whose tumour radiologists boxed on two
 * reconstructions, and parts of CTs in which there is no tumour. Folders are those of ../shared/data; its README says whose
 * they are.
 */
import { join } from "node:path";
import type { CtImage } from "#geometry/ct-image.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { loadPatient } from "#patients/load-patient.ts";
import { placeBoxes, readBoxes } from "../real-ct/boxes.ts";
import { cutSlices, partsWithoutTumour } from "./cut-slices.ts";
import type { CaseSource, MeasuredCase } from "./measured-case.ts";

export function sharedPatients(data: string): readonly CaseSource[] {
  return [
    lung1(data),
    contoured(data, "4d-lung-113", "Tumor_c40"),
    contoured(data, "radiomics-phantom-2", "GTV-1"),
    ...["soft", "sharp"].map((kernel) => boxed(data, kernel)),
    radiogenomics(data),
  ];
}

function contoured(data: string, name: string, roi: string): CaseSource {
  return {
    names: [name],
    group: "physician",
    load: async () => {
      const { ct, target } = await loadPatient(join(data, name), roi);
      const truth = { kind: "contour", mask: target } as const;
      return [{ name, group: "physician", ct, truth, spacingKnown: true }];
    },
  };
}

/** Read once: the whole CT with its contour, and what lies above and below the tumour as CTs without one. */
function lung1(data: string): CaseSource {
  const source = contoured(data, "lung1-001", "GTV-1");
  const parts = ["lung1-001-below", "lung1-001-above"];
  return {
    names: [...source.names, ...parts],
    group: source.group,
    load: async () => {
      const [whole] = await source.load();
      if (whole.truth.kind !== "contour") return [whole];
      const free = partsWithoutTumour(whole.ct, whole.truth.mask);
      return [whole, ...free.map((ct, index) => withoutTumour(parts[index], ct))];
    },
  };
}

function boxed(data: string, kernel: string): CaseSource {
  const folder = join(data, "lung-dx-a0001");
  const name = `lung-dx-a0001-${kernel}`;
  return {
    names: [name],
    group: "boxes",
    load: async () => {
      const ct = await readCtFolder(join(folder, `ct-${kernel}`));
      const boxes = placeBoxes(ct.slices, await readBoxes(join(folder, "boxes")));
      return [{ name, group: "boxes", ct, truth: { kind: "boxes", boxes }, spacingKnown: true }];
    },
  };
}

/** The mass of this patient lies round z -222 mm and no contour says how far it reaches: from 42 mm above it on. */
const clearOfMassMm = -180;

function radiogenomics(data: string): CaseSource {
  const name = "radiogenomics-r01-001-above";
  return {
    names: [name],
    group: "no-tumour",
    load: async () => {
      const ct = await readCtFolder(join(data, "radiogenomics-r01-001", "ct"));
      const first = Math.ceil((clearOfMassMm - ct.grid.origin[2]) / ct.grid.spacingMm[2]);
      return [withoutTumour(name, cutSlices(ct, first, ct.grid.size[2]))];
    },
  };
}

function withoutTumour(name: string, ct: CtImage): MeasuredCase {
  return { name, group: "no-tumour", ct, truth: { kind: "no-tumour" }, spacingKnown: true };
}

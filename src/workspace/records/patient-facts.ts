/** Who and what a CT is, of the header of one of its images, as the person who reviews sees it. */
import { type DataSet, number } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { decodeName, decodeText } from "#patients/decode-text.ts";

export type PatientFacts = ReturnType<typeof patientFacts>;

export function patientFacts(header: DataSet) {
  return {
    patient_name: decodeName(header, tags.PatientName),
    patient_id: decodeText(header, tags.PatientID),
    study_uid: decodeText(header, tags.StudyInstanceUID),
    study_date: decodeText(header, tags.StudyDate).replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3"),
    series_description: decodeText(header, tags.SeriesDescription),
    kernel: decodeText(header, tags.ConvolutionKernel),
    slice_thickness_mm: number(header, tags.SliceThickness) ?? null,
  };
}

/** What a PACS says that it has, over DICOM and over DICOMweb alike. */

/** What series are looked for by; all that are given have to match. Patterns with * and ? are the peer's to understand. */
export type SeriesQuery = {
  readonly PatientID?: string;
  readonly AccessionNumber?: string;
  readonly StudyInstanceUID?: string;
  /** A day, 20260131, or days, 20260101-20260131 (PS3.4 C.2.2.2.5). */
  readonly StudyDate?: string;
};

/** Texts are empty where the peer does not say. */
export type FoundSeries = {
  readonly patientId: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyDate: string;
  readonly modality: string;
  readonly description: string;
  readonly instances: number | undefined;
};

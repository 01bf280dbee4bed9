/**
 * The workspace's patients for viewers that speak DICOMweb (PS3.18 8 and 10): searching (QIDO-RS) and retrieving (WADO-RS), nothing
 * else. Answers are the standard's.
 */
import type { RouteRule } from "./route-rule.ts";

/** What viewers are told: the rest of the paths is the standard's. */
export const dicomWebRoot = "/api/dicom-web";

const study = `${dicomWebRoot}/studies/:study` as const;
const series = `${study}/series/:series` as const;
const instance = `${series}/instances/:instance` as const;

export const dicomWebRoutes = {
  searchStudies: `${dicomWebRoot}/studies`,
  searchSeries: `${dicomWebRoot}/series`,
  searchInstances: `${dicomWebRoot}/instances`,
  searchSeriesOfStudy: `${study}/series`,
  searchInstancesOfStudy: `${study}/instances`,
  searchInstancesOfSeries: `${series}/instances`,
  retrieveStudy: study,
  retrieveSeries: series,
  retrieveInstance: instance,
  studyMetadata: `${study}/metadata`,
  seriesMetadata: `${series}/metadata`,
  instanceMetadata: `${instance}/metadata`,
  /** Numbers from 1, with commas between them. */
  retrieveFrames: `${instance}/frames/:frames`,
  /** Of an element of the instance's own data set, by its eight digits. */
  retrieveBulkData: `${instance}/bulkdata/:tag`,
} as const;
export type DicomWebRoute = keyof typeof dicomWebRoutes;

const looking = { access: "viewer", byPassword: true } as const;
const reading = { ...looking, audited: true } as const;

/** Whoever reads of a patient stands in the audit log; pixels are found by what was read before, and are many. */
export const dicomWebRules: { readonly [Name in DicomWebRoute]: RouteRule } = {
  searchStudies: looking,
  searchSeries: looking,
  searchInstances: reading,
  searchSeriesOfStudy: reading,
  searchInstancesOfStudy: reading,
  searchInstancesOfSeries: reading,
  retrieveStudy: reading,
  retrieveSeries: reading,
  retrieveInstance: reading,
  studyMetadata: reading,
  seriesMetadata: reading,
  instanceMetadata: reading,
  retrieveFrames: looking,
  retrieveBulkData: looking,
};

/** What the audit log calls an action, in words for the page. */

const words: Readonly<Record<string, string>> = {
  showCase: "opened a patient",
  removeCase: "deleted a patient",
  segmentCase: "asked for contouring",
  finishUpload: "added patients",
  openReview: "opened a review",
  approve: "signed",
  closeWithoutTumour: "closed without tumour",
  sendBack: "sent back",
  reopen: "opened again",
  exportVersion: "exported a version",
  rtstruct: "downloaded an RTSTRUCT",
  deidentified: "exported a version de-identified",
  report: "read a report",
  studyCsv: "downloaded the time study",
  auditFile: "downloaded this log",
  signIn: "signed in",
  signOut: "signed out",
  changePassword: "changed the own password",
  addUser: "added an account",
  changeUser: "changed an account",
  hastenDelivery: "had a delivery tried at once",
  retention: "removed a patient by the rules of retention",
  searchInstances: "listed instances over DICOMweb",
  searchSeriesOfStudy: "listed a study's series over DICOMweb",
  searchInstancesOfStudy: "listed a study's instances over DICOMweb",
  searchInstancesOfSeries: "listed a series' instances over DICOMweb",
  retrieveStudy: "fetched a study over DICOMweb",
  retrieveSeries: "fetched a series over DICOMweb",
  retrieveInstance: "fetched an instance over DICOMweb",
  studyMetadata: "read a study's headers over DICOMweb",
  seriesMetadata: "read a series' headers over DICOMweb",
  instanceMetadata: "read an instance's header over DICOMweb",
};

/** What came later than this page is shown as the log has it. */
export const wordsOf = (action: string): string => words[action] ?? action;

/** What the page and its contouring thread (contour.worker.ts) say to each other. */
import type { PickedFile } from "../worklist/upload/collect-files.ts";

export type ContourRequest = {
  readonly files: readonly PickedFile[];
  /** Series instance UID; null for the only one there is. */
  readonly series: string | null;
  readonly modelId: string;
  /** Where the page is: a thread's own address is that of its script. */
  readonly base: string;
};

export type SeriesChoice = { readonly uid: string; readonly slices: number; readonly description: string };

export type ContourAnswer =
  | { readonly kind: "progress"; readonly stage: string; readonly done: number; readonly total: number }
  /** There are several; the request is to be made again with one of them. */
  | { readonly kind: "choose"; readonly series: readonly SeriesChoice[] }
  | { readonly kind: "done"; readonly result: ContouredHere }
  | { readonly kind: "failed"; readonly message: string };

export type ContouredHere = {
  /** The bytes of a DICOM file. */
  readonly rtstruct: Uint8Array<ArrayBuffer>;
  readonly volumeCc: number;
  /** What the contour is worth; null where the model does not know. */
  readonly worth: string | null;
  readonly doubtful: boolean;
  readonly findings: readonly string[];
  /** Name, version and the digest's beginning. */
  readonly model: string;
  /** Such as "WebAssembly, 2 threads". */
  readonly runtime: string;
  readonly msPerSlice: number;
  readonly picture: Picture;
};

/** CT and contour, the patient upright, i fastest. */
export type Picture = {
  readonly size: readonly [number, number, number];
  readonly spacingMm: readonly [number, number, number];
  readonly hu: Int16Array<ArrayBuffer>;
  readonly mask: Uint8Array<ArrayBuffer>;
};

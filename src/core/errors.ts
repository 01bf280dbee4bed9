/**
 * The one error type of the program and the closed table of its codes.
 * An error here is the user's to mend: its message says expected, got, where and the remedy, and never holds
 * anything that identifies a patient. A programming fault is a plain `Error` and shows its stack.
 */

/** Every code, with the exit code of the command line and the HTTP status of the service. */
export const errorCodes = {
  usage: { exitCode: 2, httpStatus: 400 },
  cancelled: { exitCode: 130, httpStatus: 499 },
  "file-not-found": { exitCode: 1, httpStatus: 404 },
  "file-exists": { exitCode: 1, httpStatus: 409 },
  "file-unreadable": { exitCode: 1, httpStatus: 422 },
  "file-unwritable": { exitCode: 1, httpStatus: 500 },
  "file-changed": { exitCode: 1, httpStatus: 409 },
  "not-dicom": { exitCode: 1, httpStatus: 422 },
  "corrupt-dicom": { exitCode: 1, httpStatus: 422 },
  "unsupported-transfer-syntax": { exitCode: 1, httpStatus: 422 },
  "unsupported-pixels": { exitCode: 1, httpStatus: 422 },
  "no-ct": { exitCode: 1, httpStatus: 422 },
  "not-hu": { exitCode: 1, httpStatus: 422 },
  "several-ct": { exitCode: 1, httpStatus: 422 },
  "no-frame-of-reference": { exitCode: 1, httpStatus: 422 },
  "mixed-patients": { exitCode: 1, httpStatus: 422 },
  "mixed-frames-of-reference": { exitCode: 1, httpStatus: 422 },
  "duplicate-slice-position": { exitCode: 1, httpStatus: 422 },
  "missing-slice": { exitCode: 1, httpStatus: 422 },
  "non-uniform-spacing": { exitCode: 1, httpStatus: 422 },
  "tilted-gantry": { exitCode: 1, httpStatus: 422 },
  "differing-matrix": { exitCode: 1, httpStatus: 422 },
  "differing-orientation": { exitCode: 1, httpStatus: 422 },
  "too-few-slices": { exitCode: 1, httpStatus: 422 },
  "no-structure-set": { exitCode: 1, httpStatus: 422 },
  "several-structure-sets": { exitCode: 1, httpStatus: 422 },
  "no-such-roi": { exitCode: 1, httpStatus: 422 },
  "several-rois": { exitCode: 1, httpStatus: 422 },
  "contour-off-slice": { exitCode: 1, httpStatus: 422 },
  "contour-outside-ct": { exitCode: 1, httpStatus: 422 },
  "unreadable-contour": { exitCode: 1, httpStatus: 422 },
  "doubled-contour": { exitCode: 1, httpStatus: 422 },
  "contour-between-voxels": { exitCode: 1, httpStatus: 422 },
  "slices-skipped": { exitCode: 1, httpStatus: 422 },
  "stray-contours": { exitCode: 1, httpStatus: 422 },
  "roi-number": { exitCode: 1, httpStatus: 422 },
  "wrong-frame-of-reference": { exitCode: 1, httpStatus: 422 },
  "value-too-long": { exitCode: 1, httpStatus: 422 },
  "invalid-value": { exitCode: 1, httpStatus: 422 },
  "export-refused": { exitCode: 1, httpStatus: 422 },
  "proof-failed": { exitCode: 1, httpStatus: 500 },
  "bad-nifti": { exitCode: 1, httpStatus: 422 },
  "bad-nrrd": { exitCode: 1, httpStatus: 422 },
  "bad-segmentation": { exitCode: 1, httpStatus: 422 },
  "grid-mismatch": { exitCode: 1, httpStatus: 422 },
  "unknown-format": { exitCode: 1, httpStatus: 422 },
  "bad-model": { exitCode: 1, httpStatus: 422 },
  "bad-checkpoint": { exitCode: 1, httpStatus: 422 },
  "bad-configuration": { exitCode: 1, httpStatus: 422 },
  "bad-cohort": { exitCode: 1, httpStatus: 422 },
  "device-unavailable": { exitCode: 1, httpStatus: 503 },
  "loss-not-finite": { exitCode: 1, httpStatus: 500 },
  "folder-in-use": { exitCode: 1, httpStatus: 409 },
  "database-unavailable": { exitCode: 1, httpStatus: 503 },
  "files-unavailable": { exitCode: 1, httpStatus: 503 },
  "other-workspace": { exitCode: 1, httpStatus: 409 },
  "not-found": { exitCode: 1, httpStatus: 404 },
  "not-acceptable": { exitCode: 1, httpStatus: 406 },
  "not-ready": { exitCode: 1, httpStatus: 409 },
  "review-closed": { exitCode: 1, httpStatus: 409 },
  "not-the-writer": { exitCode: 1, httpStatus: 409 },
  "late-strokes": { exitCode: 1, httpStatus: 409 },
  "unseen-slices": { exitCode: 1, httpStatus: 409 },
  "out-of-date": { exitCode: 1, httpStatus: 409 },
  "targets-not-nested": { exitCode: 1, httpStatus: 409 },
  "nothing-to-sign": { exitCode: 1, httpStatus: 422 },
  "too-large": { exitCode: 1, httpStatus: 413 },
  "bad-archive": { exitCode: 1, httpStatus: 422 },
  "encrypted-archive": { exitCode: 1, httpStatus: 422 },
  "disk-full": { exitCode: 1, httpStatus: 507 },
  "quota-reached": { exitCode: 1, httpStatus: 507 },
  "output-is-input": { exitCode: 2, httpStatus: 409 },
  "peer-failed": { exitCode: 1, httpStatus: 502 },
  forbidden: { exitCode: 1, httpStatus: 403 },
  "signed-out": { exitCode: 1, httpStatus: 401 },
  "wrong-password": { exitCode: 1, httpStatus: 401 },
  "not-your-role": { exitCode: 1, httpStatus: 403 },
  "too-many-requests": { exitCode: 1, httpStatus: 429 },
  "broken-audit": { exitCode: 1, httpStatus: 500 },
} as const satisfies Record<string, { exitCode: number; httpStatus: number }>;

export type ErrorCode = keyof typeof errorCodes;

/** The code of a failure of the system, a database or a library; empty where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** A mistake or a limit that the user can act on. `message` is one complete sentence, or two. */
export class DelineateError extends Error {
  readonly code: ErrorCode;
  /** Slices that the message is about, from 0 at the feet, where it is about some. */
  readonly slices: readonly number[] | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly slices?: readonly number[] } = {},
  ) {
    super(message, options);
    this.slices = options.slices;
    this.name = "DelineateError";
    this.code = code;
  }
}

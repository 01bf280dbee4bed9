/** The CT at a path, whatever it is: a folder or file of DICOM, or a research image (NIfTI, NRRD), told by the ending of its name. */
import { DelineateError } from "#core/errors.ts";
import type { CaseCt } from "../cohort/case-source.ts";
import { beginCtFolder, type ReadCtOptions } from "./read-ct-folder.ts";

export type BegunCt = {
  /** Throws what goes wrong with the series and its pixels, or with the image. */
  readonly loaded: Promise<CaseCt>;
  /** Who does not want it any more: reading ends with the next slice. */
  readonly stop: () => void;
};

export function isResearchImage(path: string): boolean {
  return /\.(nii|nii\.gz|nrrd)$/i.test(path);
}

/** As `beginCtFolder`; throws `usage` where a series is to be chosen in a research image. */
export async function beginCt(path: string, options: ReadCtOptions = {}): Promise<BegunCt> {
  const begun = isResearchImage(path) ? await beginImage(path, options) : await beginFolder(path, options);
  // Told to who waits for it.
  begun.loaded.catch(() => undefined);
  return begun;
}

async function beginFolder(path: string, options: ReadCtOptions): Promise<BegunCt> {
  const { volume, stop } = await beginCtFolder(path, options);
  return { loaded: volume.then((ct) => ({ ct, volume: ct, findings: ct.findings })), stop };
}

async function beginImage(path: string, { series, decoders }: ReadCtOptions): Promise<BegunCt> {
  await decoders?.end();
  if (series !== undefined)
    throw new DelineateError(
      "usage",
      `${path} is one image: leave out --series, which chooses among DICOM's.`,
    );
  // Loaded for research images alone: a folder's headers are read while the rest of the program is loaded.
  const { loadCt } = await import("../cohort/case-source.ts");
  const loaded = loadCt({ kind: "nifti", files: [path] }).catch((cause) => {
    // What is wrong in a cohort's image is told of its patient, whose path is not for everybody.
    if (!(cause instanceof DelineateError) || cause.message.includes(path)) throw cause;
    throw new DelineateError(cause.code, `${path}: ${cause.message}`, { cause });
  });
  return { loaded, stop: () => undefined };
}

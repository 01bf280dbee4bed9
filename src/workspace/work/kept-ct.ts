/** A CT that was read in this process and is contoured in it next: neither it nor its model has to be waited for again. */
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { type LoadedModel, loadModel } from "#model/run/load-model.ts";

type Kept = {
  readonly ct: CtVolume;
  readonly model: Promise<LoadedModel>;
};

let keptCt: (Kept & { readonly caseId: string; readonly path: string }) | undefined;

/** So long a CT is kept: whoever else contours it has begun by then. */
export const keptMs = 30_000;

/** Loads the model of that file meanwhile. One CT is kept at a time. */
export function keepForContouring(caseId: string, ct: CtVolume, path: string): void {
  forget();
  const model = loadModel(path);
  // Who contours is told that it cannot be loaded.
  model.catch(() => undefined);
  const newCt = { caseId, path, ct, model };
  keptCt = newCt;
  setTimeout(() => {
    if (keptCt === newCt) forget();
  }, keptMs).unref();
}

/** Its user disposes of the model. Undefined, and nothing is kept any more, where it is another case or another model. */
export function takeKept(caseId: string, path: string): Kept | undefined {
  if (keptCt?.caseId !== caseId || keptCt.path !== path) {
    forget();
    return undefined;
  }
  const taken = keptCt;
  keptCt = undefined;
  return taken;
}

function forget(): void {
  const unused = keptCt;
  keptCt = undefined;
  unused?.model.then(
    (model) => model.dispose(),
    () => undefined,
  );
}

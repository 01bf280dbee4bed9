/**
 * Contouring a case's CT in this process: when its job comes, or as soon as the CT was read here, since that job comes next. What was
 * begun ahead and is not asked for is given up.
 */
import type { Progress } from "#core/progress.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import type { Predict } from "#model/model-input.ts";
import { type LoadedModel, loadModel } from "#model/run/load-model.ts";
import { type ContouredCt, contourCt } from "#segment/contour-ct.ts";
import type { Gate } from "./gate.ts";

type Contoured = {
  readonly ct: CtVolume;
  /** Its user disposes of it. */
  readonly model: LoadedModel;
  readonly contoured: ContouredCt;
  readonly msPerSlice: number;
};

type ContourOptions = {
  /** File of the model. */
  readonly path: string;
  readonly progress: Progress;
  /** Each batch waits at it. */
  readonly gate: Gate;
  readonly shouldStop?: () => boolean;
};

/** Throws what loading the model and contouring throw. */
export async function contourWith(
  ct: CtVolume | Promise<CtVolume>,
  { path, progress, gate, shouldStop }: ContourOptions,
): Promise<Contoured> {
  const loading = loadModel(path);
  try {
    const [read, model] = await Promise.all([ct, loading]);
    const predict: Predict = async (images, ...shape) => {
      await gate.pass();
      return model.predict(images, ...shape);
    };
    const before = performance.now();
    const options = { cleanUp: "tumour", progress, ...(shouldStop && { shouldStop }) } as const;
    const contoured = await contourCt(read, { ...model, predict }, options);
    const msPerSlice = (performance.now() - before) / read.grid.size[2];
    return { ct: read, model, contoured, msPerSlice };
  } catch (error) {
    await loading.then(
      (model) => model.dispose(),
      () => undefined,
    );
    throw error;
  }
}

type Ahead = {
  readonly caseId: string;
  readonly path: string;
  readonly result: Promise<Contoured>;
  /** Whose job it is hears how far it is. */
  hearer: Progress | undefined;
  stopped: boolean;
};

let ahead: Ahead | undefined;
/** Whoever else contours it has begun by then. */
const longestMs = 30_000;

/** One case at a time. */
export function contourAhead(
  caseId: string,
  ct: CtVolume,
  { path, gate }: Pick<ContourOptions, "path" | "gate">,
): void {
  giveUpAhead();
  const progress: Progress = { report: (...report) => own.hearer?.report(...report) };
  const result = contourWith(ct, { path, gate, progress, shouldStop: () => own.stopped });
  // Whose job it is is told why it failed.
  result.catch(() => undefined);
  const own: Ahead = { caseId, path, result, hearer: undefined, stopped: false };
  ahead = own;
  setTimeout(() => {
    if (ahead === own) giveUpAhead();
  }, longestMs).unref();
}

/** Undefined, and nothing goes on any more, where another case or another model was begun with. */
export function takeAhead(caseId: string, path: string, progress: Progress): Promise<Contoured> | undefined {
  const own = ahead;
  if (own?.caseId !== caseId || own.path !== path) {
    giveUpAhead();
    return undefined;
  }
  ahead = undefined;
  own.hearer = progress;
  return own.result;
}

function giveUpAhead(): void {
  const unused = ahead;
  ahead = undefined;
  if (unused === undefined) return;
  unused.stopped = true;
  unused.result.then(
    ({ model }) => model.dispose(),
    () => undefined,
  );
}

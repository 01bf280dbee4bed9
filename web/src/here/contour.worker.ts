/**
 * Contours a CT in the browser: what `delineate segment` does, by the same code, on a thread of the page. The CT stays here: only the
 * model is fetched.
 */
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import type { CtSeries } from "#dicom/ct/assemble-ct.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { text } from "#dicom/dataset/dataset.ts";
import { dicomDateTime } from "#dicom/dataset/date-time.ts";
import { createUid } from "#dicom/dataset/uid.ts";
import { tags } from "#dicom/dictionary.ts";
import { exportRtstruct } from "#dicom/rtstruct/export-rtstruct.ts";
import { type Mask, volumeCc } from "#geometry/mask.ts";
import { turnOf, uprightCt, uprightMask } from "#geometry/upright.ts";
import { automaticGtv, automaticRoi } from "#segment/automatic-roi.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { expectationSentence } from "#segment/expected-dsc.ts";
import { provenance } from "#segment/provenance.ts";
import { RequestError } from "../server/api.ts";
import type { ContourAnswer, ContouredHere, ContourRequest, Picture, SeriesChoice } from "./messages.ts";
import { type ModelHere, openModel } from "./open-model.ts";
import { findSeries, readSeries } from "./read-ct.ts";

function answer(message: ContourAnswer, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

const progress: Progress = {
  report: (stage, done, total) => answer({ kind: "progress", stage, done, total }),
};

self.onmessage = ({ data }: MessageEvent<ContourRequest>): void => {
  contourHere(data).catch((cause: unknown) => {
    const known = cause instanceof DelineateError || cause instanceof RequestError;
    answer({
      kind: "failed",
      message: known ? cause.message : `This browser could not do it: ${String(cause)}`,
    });
  });
};

async function contourHere({ files, series: wantedUid, modelId, base }: ContourRequest): Promise<void> {
  const { series, findings } = await findSeries(files, progress);
  const chosen = series.find(({ seriesInstanceUid }) => seriesInstanceUid === wantedUid);
  if (chosen === undefined && series.length > 1) {
    answer({ kind: "choose", series: series.map(choiceOf) });
    return;
  }
  const ct = await readSeries(chosen ?? series[0], files, { progress, findings, base });
  progress.report("Loading the model", 0, 1);
  const model = await openModel(modelId, base);
  const before = performance.now();
  const { mask, expected, ...contoured } = await contourCt(ct, model, { cleanUp: "tumour", progress });
  const msPerSlice = (performance.now() - before) / ct.grid.size[2];
  const worth = expectationSentence(expected);
  const { bytes } = exportOf(ct, mask, { model, worth });
  const picture = pictureOf(ct, mask);
  const result: ContouredHere = {
    rtstruct: new Uint8Array(bytes),
    volumeCc: volumeCc(mask),
    worth: worth ?? null,
    doubtful: expected.doubtful,
    findings: [...ct.findings, ...contoured.findings]
      .filter(({ severity }) => severity !== "info")
      .map(({ message }) => message),
    model: provenance(namedModel(model)),
    runtime: model.runtime,
    msPerSlice,
    picture,
  };
  answer({ kind: "done", result }, [result.rtstruct.buffer, picture.hu.buffer, picture.mask.buffer]);
}

function choiceOf({ seriesInstanceUid: uid, frames }: CtSeries): SeriesChoice {
  const [{ header, columns, rows }] = frames;
  const kernel = text(header, tags.ConvolutionKernel) ?? "not given";
  return { uid, slices: frames.length, description: `${columns} x ${rows}, kernel ${kernel}` };
}

function namedModel({ facts }: ModelHere) {
  const { name, version } = facts.metadata;
  return { name, version, digest: facts.digest };
}

function exportOf(
  ct: CtVolume,
  mask: Mask,
  { model, worth }: { readonly model: ModelHere; readonly worth: string | undefined },
) {
  const uidName = crypto.randomUUID();
  return exportRtstruct({
    ct,
    rois: [automaticRoi({ mask, model: namedModel(model), worth })],
    label: automaticGtv.label,
    holes: "keyhole",
    softwareVersion: model.facts.programVersion,
    sopInstanceUid: createUid(`${uidName}/instance`),
    seriesInstanceUid: createUid(`${uidName}/series`),
    ...dicomDateTime(new Date()),
  });
}

function pictureOf(ct: CtVolume, mask: Mask): Picture {
  const turn = turnOf(ct.grid);
  const { grid, hu } = uprightCt(ct, turn);
  return {
    size: grid.size,
    spacingMm: grid.spacingMm,
    hu: new Int16Array(hu),
    mask: new Uint8Array(uprightMask(mask, turn).data),
  };
}

/** A version's report from its files: the CT, the signed masks, and what the version says of itself. */
import { readCtStore } from "#patients/ct-store.ts";
import { pngDataUri } from "#pictures/run/write-png.ts";
import { caseFolder, readMaskFile } from "#workspace/records/case-folder.ts";
import { reportPage } from "./report-page.ts";
import { drawReportPictures } from "./report-pictures.ts";
import { extentOf, type ReportSubject } from "./report-subject.ts";

export type ReportTask = Pick<ReportSubject, "patientLabel" | "version"> &
  Pick<ReportSubject["ct"], "kernel" | "sliceThicknessMm"> & {
    /** The folder of all cases. */
    readonly cases: string;
    readonly caseId: string;
    /** In the order of the version's structures. */
    readonly structureIds: readonly string[];
  };

/** The page. Throws the system's errors where files are missing. */
export async function makeReport(task: ReportTask): Promise<string> {
  const { cases, caseId, structureIds, patientLabel, version, kernel, sliceThicknessMm } = task;
  const folder = caseFolder(cases, caseId);
  const ct = await readCtStore(folder.ct);
  const masks = await Promise.all(
    structureIds.map((id) => readMaskFile(folder.versionMask(version.number, id), ct.grid)),
  );
  const drawn = version.structures.map(({ type, colour }, at) => ({ type, colour, mask: masks[at] }));
  const { size, spacingMm } = ct.grid;
  return reportPage({
    patientLabel,
    version,
    ct: { size, spacingMm, kernel, sliceThicknessMm },
    extents: masks.map(extentOf),
    pictures: drawReportPictures(ct, drawn).map(({ title, place, image }) => ({
      title,
      place,
      source: pngDataUri(image),
    })),
  });
}

/** All attributes of an instance in the DICOM JSON model, but for long bytes, which are told by their addresses (PS3.18 10.4.1.1.2). */
import { tags } from "#dicom/dictionary.ts";
import { readDicomHeader } from "#patients/read-dicom-header.ts";
import { toJson } from "./dicom-json.ts";

export type Described = {
  readonly path: string;
  readonly transferSyntax: string;
  /** The instance's own. */
  readonly address: string;
};

/** As text. Throws what reading the file throws. */
export async function metadataOfFile({ path, transferSyntax, address }: Described): Promise<string> {
  const { dataSet, hasPixels } = await readDicomHeader(path);
  const bulkUriOf = (tag: string): string => `${address}/bulkdata/${tag}`;
  const pixels = hasPixels && {
    [tags.PixelData]: { vr: "OW", BulkDataURI: bulkUriOf(tags.PixelData) },
  };
  return JSON.stringify({
    ...toJson(dataSet, { bulkUriOf }),
    [tags.AvailableTransferSyntaxUID]: { vr: "UI", Value: [transferSyntax] },
    ...pixels,
  });
}

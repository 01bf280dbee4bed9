/** Segmentation time as in the paper's Table 2. */
import { type Numbering, section, tableBlock } from "#experiment/report/blocks.ts";
import type { ExperimentResult } from "#experiment/report/experiment-result.ts";
import type { Html } from "#experiment/report/html.ts";
import { meanSd } from "#statistics/printed-numbers.ts";

export function times({ networks, timedOn }: ExperimentResult, numbering: Numbering): Html {
  return section(
    "Time",
    tableBlock(numbering, {
      title: "Segmentation time",
      caption: `Mean ± SD. Per slice: the network alone, one slice at a time, milliseconds. Per patient: from the CT in memory to the mask (grey levels, resizing, network, resizing back, clean-up), seconds. The networks take turns at going first; a warm-up run is not counted. ${timedOn.join("; ")}; other work on the machine lengthens these times.`,
      header: ["", "slices", "ms per slice", "patients", "s per patient"],
      rows: networks.map(({ title, sliceMs, patientSeconds }) => [
        title,
        String(sliceMs.defined),
        meanSd(sliceMs, 1),
        String(patientSeconds.defined),
        meanSd(patientSeconds, 2),
      ]),
    }),
  );
}

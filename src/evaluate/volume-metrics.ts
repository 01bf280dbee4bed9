/** Both volumes, and by how much the prediction's is too large. */
import { volumeCc } from "#geometry/mask.ts";
import { pairMetric } from "./pair-metric.ts";

export const volumeMetrics = pairMetric({
  columns: [
    {
      name: "referenceCc",
      title: "reference cc",
      unit: "cc",
      definition: "volume of the reference",
      digits: 1,
      undefinedIf: [],
    },
    {
      name: "predictionCc",
      title: "prediction cc",
      unit: "cc",
      definition: "volume of the prediction",
      digits: 1,
      undefinedIf: [],
    },
    {
      name: "relativeVolumeError",
      title: "relative volume error",
      unit: "1",
      definition: "(prediction - reference) / reference; above 0 where too much is drawn",
      digits: 3,
      undefinedIf: ["reference", "both"],
      withoutSpacing: true,
    },
  ],
  perSlice: false,
  /** The relative error is -1 for an empty prediction. */
  measure: ({ reference, prediction }) => {
    const [referenceCc, predictionCc] = [volumeCc(reference), volumeCc(prediction)];
    const relativeVolumeError = referenceCc === 0 ? null : (predictionCc - referenceCc) / referenceCc;
    return { referenceCc, predictionCc, relativeVolumeError };
  },
});

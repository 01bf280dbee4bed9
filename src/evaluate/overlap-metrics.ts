/** The measures of overlap as columns (Zhang 2020, Methods, "Evaluation"); how they are counted is geometry/overlap.ts. */
import { pairMetric } from "./pair-metric.ts";

const plain = { unit: "1", digits: 3, withoutSpacing: true } as const;

export const overlapMetrics = pairMetric({
  columns: [
    {
      name: "dsc",
      title: "DSC",
      definition: "2TP/(2TP+FP+FN)",
      undefinedIf: ["both"],
      symmetric: true,
      ...plain,
    },
    {
      name: "jsc",
      title: "JSC",
      definition: "TP/(TP+FP+FN)",
      undefinedIf: ["both"],
      symmetric: true,
      ...plain,
    },
    { name: "tpr", title: "TPR", definition: "TP/(TP+FN)", undefinedIf: ["reference", "both"], ...plain },
    { name: "fpr", title: "FPR", definition: "FP/(FP+TN)", undefinedIf: [], ...plain, digits: 5 },
    {
      name: "precision",
      title: "precision",
      definition: "TP/(TP+FP)",
      undefinedIf: ["prediction", "both"],
      ...plain,
    },
  ],
  perSlice: true,
  measure: ({ overlap: { dsc, jsc, tpr, fpr, precision } }) => ({ dsc, jsc, tpr, fpr, precision }),
});

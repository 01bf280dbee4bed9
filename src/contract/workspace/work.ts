/** What the service does just now, and by which rules, as the page for the department shows it. */
import { z } from "zod";

export const workSchema = z.strictObject({
  jobs: z.array(
    z.strictObject({
      /** "prepare": reading a CT; "masks": taking in structure sets; "segment": contouring; "experiment": parts of experiments. */
      kind: z.string(),
      waiting: z.int(),
      active: z.int(),
      failed: z.int(),
    }),
  ),
  /** That take part in the work, this service among them. */
  processes: z.int(),
  /** Of the data folder; null where no quota is set. */
  storage: z.strictObject({ usedBytes: z.number(), limitBytes: z.number() }).nullable(),
  /** Parts of experiments that are computed just now, and how far each said it is. */
  parts: z.array(
    z.strictObject({
      /** Name of its folder. */
      experiment: z.string(),
      /** Name of the machine. */
      worker: z.string(),
      /** Such as "fold 1, u-net: training". */
      stage: z.string(),
      done: z.int(),
      total: z.int(),
    }),
  ),
  /** What becomes of a CT that comes by the network; empty where none does. */
  rules: z.array(
    z.strictObject({
      name: z.string(),
      /** Attributes and the patterns that all must match. */
      when: z.record(z.string(), z.string()),
      model: z.string(),
      sendTo: z.array(z.string()),
    }),
  ),
});
export type WorkFacts = z.infer<typeof workSchema>;

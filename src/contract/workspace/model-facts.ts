/** What a browser needs that runs a model itself; the model's file is a route of its own. Apart from routes.ts: the page loads it only then. */
import { z } from "zod";
import { modelMetadataSchema } from "../model-metadata.ts";

export const modelFactsSchema = z.strictObject({
  /** SHA-256 of the file, in hexadecimal digits. */
  digest: z.string(),
  metadata: modelMetadataSchema,
  /** Of the server, which gave the page its program. */
  programVersion: z.string(),
});
export type ModelFacts = z.infer<typeof modelFactsSchema>;

/** In the routes of models: networks that a model's contour may need, and that contour nothing by themselves. */
export const clickModelId = "click";
export const secondModelId = "second";

/** Which model made something. */
import { z } from "zod";

export const modelIdentitySchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  /** SHA-256 of the file, in hexadecimal digits: two files with the same digest are the same. */
  digest: z.string(),
});

export type ModelIdentity = Readonly<z.infer<typeof modelIdentitySchema>>;

/** Of a model what says which it is. */
export function identityOf({ name, version, digest }: ModelIdentity): ModelIdentity {
  return { name, version, digest };
}

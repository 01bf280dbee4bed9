/** What made a contour, in the words of its file. */
import type { ModelIdentity } from "#contract/model-identity.ts";

/** DICOM's LO, into which it goes. */
const longestProvenance = 64;

/** What made a contour, at most 64 characters: the model's name as far as it goes, its version, its digest's beginning. */
export function provenance({ name, version, digest }: ModelIdentity, suffix = ""): string {
  const rest = ` ${version} sha256:${digest.slice(0, 12)}${suffix}`;
  return `${name.slice(0, longestProvenance - rest.length)}${rest}`;
}

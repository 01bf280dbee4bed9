/**
 * Unique identifiers under the root 2.25, which DICOM PS3.5 B.2 gives to everybody: the rest is a UUID as a decimal
 * number. They are derived from text (SHA-free, 128 bits of the project's hash): the same phantom has the same UIDs,
 * and an export passes entropy of its own.
 */
import { createRandom } from "#core/random.ts";

/** A UID of at most 44 characters. `name` must be unique to the object: a random UUID, or a phantom's seed and path. */
export function createUid(name: string): string {
  const random = createRandom(`uid/${name}`);
  let value = 0n;
  for (let word = 0; word < 4; word++) value = (value << 32n) | BigInt(random.integer(4294967296));
  // Version 4 and variant bits of RFC 4122, so that the number is a well-formed UUID.
  value = (value & ~(0xfn << 76n)) | (4n << 76n);
  value = (value & ~(3n << 62n)) | (2n << 62n);
  return `2.25.${value}`;
}

/** Digits and dots, at most 64 (PS3.5 9.1): safe as the name of a file. */
export function isUid(value: string): boolean {
  return value.length <= 64 && /^\d+(\.\d+)*$/.test(value);
}

/** Identifies this program as the writer (File Meta Information, Implementation Class UID). */
export const implementationClassUid = "2.25.191920384629087436910274652398746125";
export const implementationVersionName = "DELINEATE_0_1";

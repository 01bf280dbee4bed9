/**
 * Slices with tumour, so that each patient gives equally many. A tumour of 600 cc spans ten times the slices of one of 2 cc:
 * drawn as they are, large tumours are nearly all that a network sees. An option past the paper.
 */
import type { Random } from "#core/random.ts";
import type { ImageRef } from "./training-set.ts";

/**
 * `count` of the images, in equal shares by patient; shares differ by one where they do not divide, and chance says
 * who gets more. A patient with fewer slices than its share gives all of them again, as often as needed; one with more gives
 * a random part.
 */
export function balanceByPatient(images: readonly ImageRef[], count: number, random: Random): ImageRef[] {
  const slices = new Map<number, ImageRef[]>();
  for (const image of images) {
    const patientImages = slices.get(image.patient);
    if (patientImages === undefined) slices.set(image.patient, [image]);
    else patientImages.push(image);
  }
  const patients = random.fork("patients").shuffle([...slices.keys()]);
  const share = Math.floor(count / patients.length);
  const rest = count - share * patients.length;
  return patients.flatMap((patient, place) => {
    const patientImages = random.fork(patient).shuffle(slices.get(patient) ?? []);
    return Array.from(
      { length: share + (place < rest ? 1 : 0) },
      (_, index) => patientImages[index % patientImages.length],
    );
  });
}

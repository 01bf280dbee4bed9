/** Who and what the small CTs of tests are of. */

/** `uidName`: what the UIDs are made of. */
export function ctDescription(uidName: string) {
  const who = { patientName: "Phantom^1", patientId: "P-1", sex: "O", kernel: "B" } as const;
  return { uidName, ...who, date: "20200101", time: "120000" };
}

/** Counts as a manuscript prints them. */
import { missing } from "#statistics/printed-numbers.ts";

/** "12 (40 %)" */
export function countShare(count: number, total: number): string {
  return total === 0 ? missing : `${count} (${Math.round((100 * count) / total)} %)`;
}

/** "1 patient", "10 patients". */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

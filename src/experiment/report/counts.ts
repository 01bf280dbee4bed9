/** Counts as a manuscript prints them. */
import { missing } from "#statistics/printed-numbers.ts";

/** "12 (40 %)" */
export function countShare(count: number, total: number): string {
  return total === 0 ? missing : `${count} (${Math.round((100 * count) / total)} %)`;
}

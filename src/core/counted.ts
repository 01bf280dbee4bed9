/** A number with its noun: "1 slice", "3 slices", "2 patients more". */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

/** What could not be added, each sentence once: a folder of many single images has the same to say of each. */
export function groupProblems(problems: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const problem of problems) counts.set(problem, (counts.get(problem) ?? 0) + 1);
  return [...counts].map(([problem, count]) => (count === 1 ? problem : `${problem} (${count} times)`));
}

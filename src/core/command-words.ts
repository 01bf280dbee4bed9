/** Words as a shell takes them: those with anything but plain characters in quotes. */
export function quotedWords(words: readonly string[]): string[] {
  // Inside quotes a quote cannot stand: they end, it stands by itself, and they begin again.
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
}

/** Words as a shell takes them: those with anything but plain characters in quotes. */
export function quotedWords(words: readonly string[]): string[] {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`));
}

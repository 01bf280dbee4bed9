/** Text that may be written to a terminal: a name from a file must not clear the screen, move the cursor or turn the line. */

/** Control characters but ends of lines and tabulators, and those that turn the direction of writing. */
const controls = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
/** What colours words here (cli/output.ts): bold, dim and four colours, and their ends. */
const colours = new RegExp(`(${String.fromCharCode(0x1b)}\\[(?:1|2|22|31|32|33|36|39)m)`);

/** `line` with each control character as its code in angle brackets, "<1B>"; our own colours stay. */
export function printable(line: string): string {
  return line
    .split(colours)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(controls, shown)))
    .join("");
}

/** The same for JSON, whose own escapes leave the upper control characters as they are. */
export function printableJson(json: string): string {
  return json.replace(/[\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function shown(character: string): string {
  if (character === "\n" || character === "\t") return character;
  return `<${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}>`;
}

/** A key of shortcuts.ts as it is printed on the keyboard: "Ctrl+Shift+z" as "Ctrl+Shift+Z", "ArrowUp" as "↑". */

const caps: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageUp: "Page ↑",
  PageDown: "Page ↓",
  Escape: "Esc",
  Delete: "Del",
  Backspace: "⌫",
  "-": "−",
};

export function keyCaps(key: string): string {
  // "+" is a key of its own too: the last one is not a joint.
  const parts = key === "+" ? ["+"] : key.split("+");
  return parts.map((part) => caps[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join("+");
}

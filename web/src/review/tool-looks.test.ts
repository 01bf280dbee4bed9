import { expect, test } from "vitest";
import { keyCaps } from "./key-caps.ts";
import type { Tool } from "./session/review-state.ts";
import { type ShortcutContext, shortcuts } from "./shortcuts.ts";
import { toolLooks } from "./tool-looks.ts";

test.each(Object.entries(toolLooks).filter(([, { shortcut }]) => shortcut !== undefined))(
  "the key that the rail shows for %s chooses it",
  (tool, { shortcut }) => {
    const chosen: Tool[] = [];
    const session = { setTool: (name: Tool) => chosen.push(name) };
    const entry = shortcuts.find(({ keys }) => keys.some((key) => keyCaps(key) === shortcut));
    entry?.action({ session } as unknown as ShortcutContext);
    expect(chosen).toEqual([tool]);
  },
);

test("keys are written as keyboards have them", () => {
  expect(["Ctrl+Shift+z", "ArrowUp", "+", "PageDown", "?"].map(keyCaps)).toEqual([
    "Ctrl+Shift+Z",
    "↑",
    "+",
    "Page ↓",
    "?",
  ]);
});

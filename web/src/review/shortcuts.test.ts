import { expect, test } from "vitest";
import { keyOf, shortcuts } from "./shortcuts.ts";

const press = (
  key: string,
  modifiers: Partial<Record<"ctrlKey" | "metaKey" | "shiftKey" | "altKey", boolean>> = {},
) => keyOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers });

test("Letters are the same with and without caps lock; shift tells two commands apart", () => {
  expect(press("c")).toBe("c");
  expect(press("C")).toBe("c");
  expect(press("C", { shiftKey: true })).toBe("Shift+c");
});

test("Ctrl and the Mac's command key are the same", () => {
  expect(press("z", { ctrlKey: true })).toBe("Ctrl+z");
  expect(press("Z", { metaKey: true, shiftKey: true })).toBe("Ctrl+Shift+z");
});

test("Alt with a letter is the browser's, not the tool of that letter", () => {
  expect(press("d", { altKey: true })).toBe("Alt+d");
});

test("A bracket that a keyboard makes with AltGr is a bracket, a question mark made with shift a question mark", () => {
  expect(press("[", { ctrlKey: true, altKey: true })).toBe("[");
  expect(press("?", { shiftKey: true })).toBe("?");
});

test("No key has two meanings", () => {
  const keys = shortcuts.flatMap((shortcut) => shortcut.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

test("Every key of the table can be produced by pressing something", () => {
  for (const key of shortcuts.flatMap((shortcut) => shortcut.keys)) {
    const parts = key.split("+").filter((part) => part !== "");
    const modifiers = { ctrlKey: parts.includes("Ctrl"), shiftKey: parts.includes("Shift") };
    expect(press(key === "+" ? "+" : (parts[parts.length - 1] ?? ""), modifiers)).toBe(key);
  }
});

import { expect, test } from "vitest";
import { editKind, editKindNames } from "#contract/workspace/edit-kinds.ts";
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { maskWhere } from "#geometry/mask.ts";
import { keyCaps } from "./key-caps.ts";
import type { EditContext, MaskEdit } from "./session/edits/mask-edit.ts";
import type { Tool } from "./session/review-state.ts";
import { type ShortcutContext, shortcuts } from "./shortcuts.ts";
import { edits, operations, toolNames, tools } from "./tools.ts";

/** Slices count to the head for rows downwards to the back, and to the feet for rows downwards to the front. */
const gridOf = (down: Vector3) => createGrid([4, 4, 5], [1, 1, 3], patientPoint(0, 0, 0), [[1, 0, 0], down]);

/** What the key of a table's row does: the tools that it chooses, the edits that it makes. */
function pressed(key: string | undefined) {
  const done: (Tool | MaskEdit)[] = [];
  const session = {
    view: { setTool: (tool: Tool) => done.push(tool), setCursor: () => undefined },
    pen: { run: (edit: MaskEdit) => done.push(edit) },
    ct: { grid: gridOf([0, 1, 0]) },
    getState: () => ({ cursor: [0, 0, 0] }),
  };
  const entry = shortcuts.find(({ keys }) => key !== undefined && keys.includes(key));
  entry?.action({ session } as unknown as ShortcutContext);
  return done;
}

test.each(toolNames.filter((name) => tools[name].key))("the key of the tool %s chooses it", (name) => {
  expect(pressed(tools[name].key)).toEqual([name]);
});

test.each(operations.filter(({ key }) => key))("the key of $label does it", (operation) => {
  expect(pressed(operation.key)).toEqual([operation]);
});

test("every tool and operation with a key is on the help sheet, in the words of the tables", () => {
  const words = shortcuts.map(({ description }) => description);
  const keyed = [...Object.values(tools), ...operations].filter(({ key }) => key !== undefined);
  expect(keyed.filter(({ help }) => !words.includes(help))).toEqual([]);
});

test("the page has a tool for each edit that is made with the pointer, and what it does at once is in the contract as such", () => {
  const pointer = editKindNames.filter((kind) => editKind(kind).pointer);
  expect(toolNames.filter(edits).sort()).toEqual([...pointer].sort());
  expect(operations.filter(({ kind }) => editKind(kind).pointer)).toEqual([]);
});

test.each([
  ["copy-above", "to the head", 1],
  ["copy-below", "to the feet", -1],
] as const)("%s copies to the next slice %s, whichever way slices are counted", (id, _, along) => {
  const copy = operations.find((operation) => operation.id === id);
  for (const [down, step] of [
    [[0, 1, 0], along],
    [[0, -1, 0], -along],
  ] as const) {
    const grid = gridOf(down);
    const mask = maskWhere(grid, (at) => at === 2 * 16);
    const context = { mask, cursor: [1, 1, 2] } as unknown as EditContext;
    expect(copy?.change(context).map(({ k }) => k)).toEqual([2 + step]);
    expect(copy?.goTo?.([1, 1, 2], grid)).toEqual([1, 1, 2 + step]);
  }
});

test("keys are written as keyboards have them", () => {
  expect(["Ctrl+Shift+z", "ArrowUp", "+", "PageDown", "?"].map(keyCaps)).toEqual([
    "Ctrl+Shift+Z",
    "↑",
    "+",
    "Page ↓",
    "?",
  ]);
});

import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { planeGeometry } from "../plane-geometry.ts";
import type { GestureContext } from "./gestures.ts";
import { PointerTools } from "./pointer-tools.ts";

const nothing = (): void => undefined;

/** A plane with the crosshair's tool, and where each event put the crosshair. */
function open() {
  const cursors: unknown[] = [];
  const element = Object.assign(new EventTarget(), {
    dataset: {},
    focus: nothing,
    setPointerCapture: nothing,
  });
  const view = {
    ...{ element, slice: 2, marks: {}, locate: nothing, redraw: nothing, setPointer: nothing },
    geometry: planeGeometry(createGrid([20, 20, 5], [1, 1, 3], patientPoint(0, 0, 0)), "axial"),
    pointAt: ({ clientX }: PointerEvent) => [clientX, 4],
  };
  const session = {
    getState: () => ({ tool: "navigate", cursor: [0, 0, 0], editable: true, brush: { shape: "disc" } }),
    record: { touch: nothing },
    view: { setCursor: (cursor: unknown) => cursors.push(cursor) },
  };
  const pointer = new PointerTools({ session, view, rulers: {} } as unknown as GestureContext, {
    ...{ used: nothing, doubleClicked: nothing, ball: nothing },
  });
  const send = (type: string, clientX: number, button: number, buttons: number): void => {
    const facts = { clientX, button, buttons, getCoalescedEvents: () => [] };
    element.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), facts));
  };
  return { pointer, send, cursors };
}

test("a gesture ends with the button that began it, also where another one is down then: that comes as a move", () => {
  const { pointer, send, cursors } = open();
  send("pointerdown", 3, 0, 1);
  send("pointermove", 4, -1, 1);
  send("pointermove", 4, 2, 3);
  expect(pointer.busy).toBe(true);
  send("pointermove", 5, 0, 2);
  expect(pointer.busy).toBe(false);
  const before = cursors.length;
  send("pointerup", 6, 2, 0);
  send("pointermove", 7, -1, 0);
  expect(cursors.length).toBe(before);
});

test("the last button that is let go ends every gesture, whichever button it is", () => {
  const { pointer, send } = open();
  send("pointerdown", 3, 0, 1);
  send("pointerup", 3, 2, 0);
  expect(pointer.busy).toBe(false);
});

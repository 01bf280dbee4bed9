import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import type { BrushSettings } from "../../session/review-state.ts";
import { planeGeometry } from "../plane-geometry.ts";
import type { GestureContext } from "./gestures.ts";
import { PointerTools } from "./pointer-tools.ts";

const nothing = (): void => undefined;
const grid = createGrid([20, 20, 7], [1, 1, 3], patientPoint(0, 0, 0));

/** A plane with a tool, the crosshair's if left out, and perhaps a press in another plane: where each event put the crosshair, from where a tumour was asked for, what was said. */
function open(tool = "navigate", editable = true, elsewhere = false) {
  const cursors: unknown[] = [];
  const clicks: unknown[] = [];
  const problems: unknown[] = [];
  const drawn: string[] = [];
  const lines: unknown[] = [];
  const element = Object.assign(new EventTarget(), {
    dataset: {},
    focus: nothing,
    setPointerCapture: nothing,
  });
  const view = {
    ...{ element, slice: 2, marks: {}, locate: nothing, redraw: nothing, setPointer: nothing },
    setCamera: (camera: unknown) => Object.assign(view.projection, { camera }),
    pixelAt: ({ clientX }: PointerEvent) => [clientX, 0],
    geometry: planeGeometry(grid, "axial"),
    projection: {
      ...{ geometry: planeGeometry(grid, "axial"), deviceWidth: 100, deviceHeight: 100, pixelRatio: 1 },
      camera: { centreU: 9.5, centreV: 9.5, zoom: 1 },
    },
    pointAt: ({ clientX }: PointerEvent) => [clientX, 4],
  };
  const brush: Pick<BrushSettings, "shape" | "gate" | "radiusMm"> = {
    shape: "disc",
    gate: null,
    radiusMm: 4,
  };
  const looks = { contourVisible: true, fillOpacity: 0, comparison: null };
  const structures = { structures: [{ id: "gtv", visible: true }], activeId: "gtv" };
  const state = { tool, cursor: [7, 8, 2], editable, brush, ...looks, ...structures };
  const unloaded = new Set<number>();
  const session = {
    getState: () => state,
    ct: { grid, isLoaded: (k: number) => !unloaded.has(k) },
    computed: { segmentClick: async (...asked: unknown[]) => clicks.push(asked) },
    record: { touch: nothing },
    pen: {
      beginStroke: () => drawn.push("begun"),
      extendStroke: (_: unknown, [from]: readonly number[], [to]: readonly number[]) => {
        drawn.push("drawn");
        lines.push([from, to]);
      },
      endStroke: () => drawn.push("ended"),
      cancelStroke: () => drawn.push("cancelled"),
      run: () => drawn.push("run"),
    },
    view: {
      setCursor: (cursor: unknown) => cursors.push(cursor),
      setDisplay: (part: object) => Object.assign(state, part),
      showProblem: (_: string, text: unknown) => problems.push(text),
      endProblem: () => problems.splice(0),
    },
  };
  const pointer = new PointerTools({ session, view, rulers: {} } as unknown as GestureContext, {
    ...{ used: nothing, doubleClicked: nothing, ball: nothing },
    busy: () => pointer.busy || elsewhere,
    penCame: () => pointer.yieldToPen(),
  });
  const sendAs =
    (pointerId: number, pointerType = "mouse") =>
    (type: string, clientX: number, button: number, buttons: number): void => {
      const where = { clientX, clientY: 0, button, buttons };
      const facts = { ...where, pointerId, pointerType, getCoalescedEvents: () => [] };
      element.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), facts));
    };
  const press = (key: string): void => {
    element.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key, repeat: false }));
  };
  return {
    pointer,
    state,
    view,
    unloaded,
    send: sendAs(1),
    sendAs,
    press,
    drawn,
    lines,
    cursors,
    clicks,
    problems,
  };
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

test("a palm or a second finger neither draws nor ends what another pointer draws, in no plane", () => {
  const { pointer, send, sendAs, cursors } = open();
  const [palm, finger] = [sendAs(2), sendAs(3)];
  send("pointerdown", 3, 0, 1);
  send("pointermove", 4, -1, 1);
  const drawn = [...cursors];
  palm("pointerdown", 15, 0, 1);
  palm("pointermove", 16, -1, 1);
  palm("pointerup", 16, 0, 0);
  finger("pointerdown", 15, 0, 1);
  finger("pointercancel", 15, 0, 0);
  expect([pointer.busy, cursors]).toEqual([true, drawn]);
  send("pointermove", 5, -1, 1);
  expect(cursors).toEqual([...drawn, [5, 4, 2]]);
  send("pointerup", 5, 0, 0);
  expect(pointer.busy).toBe(false);

  send("pointerdown", 3, 0, 1);
  send("lostpointercapture", 3, 0, 0);
  expect(pointer.busy).toBe(false);

  const other = open("navigate", true, true);
  other.sendAs(2)("pointerdown", 15, 0, 1);
  expect([other.pointer.busy, other.cursors]).toEqual([false, []]);
});

test("two fingers that are put down to pinch zoom, with any tool, and nothing comes of what the first one began", () => {
  for (const tool of ["brush", "freehand-add", "segment-box", "segment-click", "navigate"]) {
    const { pointer, sendAs, view, drawn, cursors, clicks } = open(tool);
    const [first, second] = [sendAs(1, "touch"), sendAs(2, "touch")];
    first("pointerdown", 40, 0, 1);
    first("pointermove", 45, -1, 1);
    second("pointerdown", 65, 0, 1);
    second("pointermove", 85, -1, 1);
    expect([tool, view.projection.camera.zoom]).toEqual([tool, 2]);
    second("pointerup", 85, 0, 0);
    first("pointermove", 99, -1, 1);
    first("pointerup", 99, 0, 0);
    expect([tool, pointer.busy, view.projection.camera.zoom]).toEqual([tool, false, 2]);
    expect(drawn.at(-1)).toBe(tool === "brush" ? "cancelled" : undefined);
    expect([clicks, cursors.at(-1)]).toEqual([[], [7, 8, 2]]);
  }
});

test("a second finger beside one that has drawn already, or beside a pen, is no pinch", () => {
  for (const [type, to] of [
    ["touch", 60],
    ["pen", 41],
  ] as const) {
    const { sendAs, view, drawn } = open("brush");
    const [first, second] = [sendAs(1, type), sendAs(2, "touch")];
    first("pointerdown", 40, 0, 1);
    first("pointermove", to, -1, 1);
    second("pointerdown", 90, 0, 1);
    second("pointermove", 10, -1, 1);
    first("pointerup", to, 0, 0);
    expect([view.projection.camera.zoom, drawn]).toEqual([1, ["begun", "drawn", "drawn", "ended"]]);
  }
});

test("a pen that comes down while a palm lies there draws, and nothing comes of the palm; a finger ends no pen", () => {
  const { pointer, sendAs, drawn } = open("brush");
  const [palm, pen, otherPen] = [sendAs(1, "touch"), sendAs(2, "pen"), sendAs(3, "pen")];
  palm("pointerdown", 40, 0, 1);
  palm("pointermove", 80, -1, 1);
  pen("pointerdown", 20, 0, 1);
  palm("pointermove", 90, -1, 1);
  palm("pointerup", 90, 0, 0);
  otherPen("pointerdown", 60, 0, 1);
  expect([pointer.busy, drawn]).toEqual([true, ["begun", "drawn", "drawn", "cancelled", "begun", "drawn"]]);
});

test("a click asks for the tumour where it was pressed, once it is let go", () => {
  const { send, clicks } = open("segment-click");
  send("pointerdown", 3, 0, 1);
  expect(clicks).toEqual([]);
  send("pointerup", 4, 0, 0);
  expect(clicks).toEqual([[[3, 4, 2], "add"]]);
});

test("the pen does not draw unseen: contours that are switched off, and have no fill, come into sight", () => {
  for (const [tool, fillOpacity, comes] of [
    ["brush", 0, true],
    ["eraser", 0, true],
    ["freehand-add", 0, true],
    ["brush", 0.25, false],
    ["navigate", 0, false],
  ] as const) {
    const { state, send } = open(tool);
    Object.assign(state, { contourVisible: false, fillOpacity });
    for (const x of [3, 60, 30]) send(x === 3 ? "pointerdown" : "pointermove", x, 0, 1);
    send("pointerup", 30, 0, 0);
    expect([tool, fillOpacity, state.contourVisible]).toEqual([tool, fillOpacity, comes]);
  }
});

test("no line is drawn to where the image went when it is zoomed amid a stroke, or the window gets another size", () => {
  const { view, send, lines } = open("brush");
  send("pointerdown", 3, 0, 1);
  send("pointermove", 5, -1, 1);
  view.projection = { ...view.projection };
  send("pointermove", 90, -1, 1);
  send("pointermove", 91, -1, 1);
  expect(lines).toEqual([
    [3, 3],
    [3, 5],
    [90, 90],
    [90, 91],
  ]);
});

test("Enter asks for the tumour at the crosshair, as a press there does; with another tool, or where nothing may be drawn, for nothing", () => {
  for (const [tool, how] of [
    ["segment-click", "add"],
    ["segment-anew", "replace"],
  ] as const) {
    const { press, clicks } = open(tool);
    press("a");
    press("Enter");
    expect(clicks).toEqual([[[7, 8, 2], how]]);
  }
  for (const plane of [open("brush"), open("segment-click", false)]) {
    plane.press("Enter");
    expect(plane.clicks).toEqual([]);
  }
});

test("an outline or a box that is still being drawn when the page stops writing is given up with a sentence; the crosshair moves on", () => {
  for (const [tool, sentences] of [
    ["freehand-add", [expect.stringContaining("before the outline was closed")]],
    ["freehand-subtract", [expect.stringContaining("before the outline was closed")]],
    ["segment-box", [expect.stringContaining("before the box was let go")]],
    ["navigate", []],
  ] as const) {
    const { pointer, state, send, problems } = open(tool);
    send("pointerdown", 3, 0, 1);
    send("pointermove", 9, -1, 1);
    pointer.refresh();
    expect([tool, pointer.busy, problems]).toEqual([tool, true, []]);
    state.editable = false;
    pointer.refresh();
    expect([tool, pointer.busy, problems]).toEqual([tool, tool === "navigate", sentences]);
    send("pointerup", 9, 0, 0);
    expect(problems).toEqual(sentences);
  }
});

test("where another slice comes amid it, a stroke ends as it is and an outline is given up with a sentence; the crosshair moves on", () => {
  for (const [tool, sentences] of [
    ["brush", []],
    ["freehand-add", ["Another slice came before the outline was closed: nothing of it is in the contour."]],
    ["navigate", []],
  ] as const) {
    const { pointer, send, problems, drawn } = open(tool);
    send("pointerdown", 3, 0, 1);
    send("pointermove", 9, -1, 1);
    pointer.leaveSlice();
    expect([tool, pointer.busy, problems]).toEqual([tool, tool === "navigate", sentences]);
    const before = [...drawn];
    send("pointermove", 12, -1, 1);
    send("pointerup", 12, 0, 0);
    expect(drawn).toEqual(before);
    expect(drawn.at(-1)).toBe(tool === "brush" ? "ended" : undefined);
  }
});

test("a brush that is held to a range of HU waits for the slices that it could reach, and says so", () => {
  const gate = { lower: -1024, upper: -300 };
  for (const [tool, brush, plane, missing, draws] of [
    ["brush", { gate }, "axial", 2, false],
    ["eraser", { gate }, "axial", 2, false],
    ["brush", { gate }, "axial", 3, true],
    ["brush", { gate, shape: "sphere" }, "axial", 4, false],
    ["brush", { gate, shape: "sphere" }, "axial", 5, true],
    ["brush", { gate }, "coronal", 0, false],
    ["nudge", { gate }, "axial", 2, true],
    ["brush", { gate: null }, "coronal", 0, true],
  ] as const) {
    const { pointer, state, view, unloaded, send, drawn, problems } = open(tool);
    Object.assign(state.brush, brush);
    view.geometry = planeGeometry(grid, plane);
    unloaded.add(missing);
    send("pointerdown", 3, 0, 1);
    expect([tool, plane, missing, pointer.busy, drawn.length > 0]).toEqual([
      tool,
      plane,
      missing,
      draws,
      draws,
    ]);
    expect(problems).toEqual(draws ? [] : [expect.stringContaining("still being loaded")]);
  }
});

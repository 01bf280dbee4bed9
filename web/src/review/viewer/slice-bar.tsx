/**
 * Beside the axial view: where the contour is, where the model is unsure, what has not been seen, where one is. Click, drag
 * or keys move the slice. A slider to assistive technology. Follows the session without React, like the planes.
 */
import { useEffect, useRef } from "react";
import type { ReviewState } from "../session/review-state.ts";
import { headIsUp } from "./plane-geometry.ts";
import { paintSliceBar, sliceAt } from "./slice-bar-painter.ts";
import type { ViewerSession } from "./viewer-session.ts";

export function SliceBar({ session }: { readonly session: ViewerSession }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => (element.current ? runSliceBar(element.current, session) : undefined), [session]);
  return (
    <div
      ref={element}
      className="slice-bar"
      data-testid="slice-bar"
      role="slider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label="Axial slice"
      aria-valuemin={1}
      aria-valuemax={session.ct.grid.size[2]}
      aria-valuenow={session.getState().cursor[2] + 1}
      title="Slices: bars where the contour is, amber where the model is unsure, diamonds where a required slice has not been seen"
    >
      <canvas />
    </div>
  );
}

/** Draws and listens until the function it returns is called. */
function runSliceBar(element: HTMLDivElement, session: ViewerSession): () => void {
  const canvas = element.querySelector("canvas");
  const context = canvas?.getContext("2d");
  if (!canvas || !context) return () => undefined;
  const { ct } = session;
  const count = ct.grid.size[2];
  const headUp = headIsUp(ct.grid);
  const stop = new AbortController();
  let frame = 0;

  const paint = () => {
    frame = 0;
    const state = session.getState();
    const areas = session.sliceVoxels(state.activeId);
    const active = state.structures.find(({ id }) => id === state.activeId);
    element.setAttribute("aria-valuenow", String(state.cursor[2] + 1));
    element.setAttribute("aria-valuetext", valueText(state, areas));
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const model = {
      count,
      headUp,
      areas,
      current: state.cursor[2],
      unsure: state.detail.automatic?.uncertainVoxels ?? [],
      colour: active?.colour ?? ([200, 200, 200] as const),
      required: state.required,
      seen: state.seen,
      isLoaded: (k: number) => ct.isLoaded(k),
    };
    paintSliceBar(context, model, element.clientWidth, element.clientHeight);
  };
  const redraw = () => {
    frame ||= requestAnimationFrame(paint);
  };
  const goTo = (k: number) => {
    const [i, j] = session.getState().cursor;
    session.touch();
    session.setCursor([i, j, Math.min(count - 1, Math.max(0, k))]);
  };
  const follow = (event: PointerEvent) => {
    const { top, height } = element.getBoundingClientRect();
    goTo(sliceAt(event.clientY - top, count, headUp, height));
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    follow(event);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (element.hasPointerCapture(event.pointerId)) follow(event);
  };
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    goTo(session.getState().cursor[2] + (event.deltaY < 0 === headUp ? 1 : -1));
  };
  const onKey = (event: KeyboardEvent) => {
    const { cursor } = session.getState();
    const up = headUp ? 1 : -1;
    const [top, bottom] = headUp ? [count - 1, 0] : [0, count - 1];
    const target = new Map([
      ["ArrowUp", cursor[2] + up],
      ["ArrowRight", cursor[2] + up],
      ["ArrowDown", cursor[2] - up],
      ["ArrowLeft", cursor[2] - up],
      ["PageUp", cursor[2] + 10 * up],
      ["PageDown", cursor[2] - 10 * up],
      ["Home", top],
      ["End", bottom],
    ]).get(event.key);
    if (target === undefined) return;
    event.preventDefault();
    goTo(target);
  };
  const resize = () => {
    canvas.width = Math.round(element.clientWidth * devicePixelRatio);
    canvas.height = Math.round(element.clientHeight * devicePixelRatio);
    paint();
  };

  element.addEventListener("pointerdown", onPointerDown, { signal: stop.signal });
  element.addEventListener("pointermove", onPointerMove, { signal: stop.signal });
  element.addEventListener("wheel", onWheel, { signal: stop.signal, passive: false });
  element.addEventListener("keydown", onKey, { signal: stop.signal });
  const observer = new ResizeObserver(resize);
  observer.observe(element);
  const unsubscribe = [session.subscribe(redraw), ct.onSlices(redraw)];
  return () => {
    stop.abort();
    observer.disconnect();
    for (const end of unsubscribe) end();
    cancelAnimationFrame(frame);
  };
}

function valueText({ cursor, detail, required, seen }: ReviewState, areas: ArrayLike<number>): string {
  const k = cursor[2];
  const unseen = [...required].filter((one) => !seen.has(one)).length;
  const facts = [
    `Slice ${k + 1} of ${detail.grid.size[2]}`,
    areas[k] > 0 ? "contour" : "no contour",
    ...((detail.automatic?.uncertainVoxels[k] ?? 0) > 0 ? ["model unsure"] : []),
    `${unseen} required slices not seen`,
  ];
  return facts.join(", ");
}

/**
 * The slice bar's life: follows the session without React, since a scroll must not wait for a render, and turns pointer,
 * wheel and keys into slices. What it looks like is slice-bar-painter.ts.
 */
import { sliceWorthText } from "../../../ui/worth.ts";
import type { ReviewSession } from "../../session/review-session.ts";
import type { ReviewState } from "../../session/review-state.ts";
import { headIsUp } from "../plane-geometry.ts";
import { WheelSteps, wheelPixels } from "../pointer/wheel-steps.ts";
import { paintSliceBar, sliceAt } from "./slice-bar-painter.ts";

const pageSlices = 10;

/** What of the state shows in the bar. */
const shownKeys = [
  "detail",
  "loadedSlices",
  "cursor",
  "structures",
  "activeId",
  "seen",
  "required",
] as const satisfies readonly (keyof ReviewState)[];

export class SliceBarView {
  readonly #element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #session: ReviewSession;
  readonly #count: number;
  readonly #headUp: boolean;
  readonly #wheel = new WheelSteps();
  readonly #stop = new AbortController();
  readonly #observer = new ResizeObserver(() => this.#resize());
  readonly #unsubscribe: () => void;
  #state: ReviewState;
  #frame = 0;

  /** `element` is the slider; it gets a canvas and says its value. */
  constructor(element: HTMLElement, session: ReviewSession) {
    this.#element = element;
    this.#session = session;
    this.#count = session.ct.grid.size[2];
    this.#headUp = headIsUp(session.ct.grid);
    this.#canvas = document.createElement("canvas");
    element.append(this.#canvas);
    const options = { signal: this.#stop.signal };
    element.addEventListener("pointerdown", (event) => this.#press(event), options);
    element.addEventListener("pointermove", (event) => this.#drag(event), options);
    element.addEventListener("wheel", (event) => this.#turn(event), { ...options, passive: false });
    element.addEventListener("keydown", (event) => this.#key(event), options);
    this.#observer.observe(element);
    this.#state = session.getState();
    this.#unsubscribe = session.subscribe(() => this.#onState());
  }

  dispose(): void {
    this.#stop.abort();
    this.#observer.disconnect();
    this.#unsubscribe();
    cancelAnimationFrame(this.#frame);
    this.#canvas.remove();
  }

  get #slice(): number {
    return this.#session.getState().cursor[2];
  }

  #onState(): void {
    const before = this.#state;
    const state = this.#session.getState();
    this.#state = state;
    if (!shownKeys.some((key) => state[key] !== before[key])) return;
    this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  #goTo(k: number): void {
    const [i, j] = this.#session.getState().cursor;
    this.#session.record.touch();
    this.#session.view.setCursor([i, j, k]);
  }

  /** Slices upwards on the screen. */
  #step(up: number): void {
    this.#goTo(this.#slice + (this.#headUp ? up : -up));
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#element.setPointerCapture(event.pointerId);
    this.#follow(event);
  }

  #drag(event: PointerEvent): void {
    if (this.#element.hasPointerCapture(event.pointerId)) this.#follow(event);
  }

  #follow(event: PointerEvent): void {
    const { top, height } = this.#element.getBoundingClientRect();
    this.#goTo(sliceAt(event.clientY - top, this.#count, this.#headUp, height));
  }

  #turn(event: WheelEvent): void {
    event.preventDefault();
    this.#step(-this.#wheel.take(wheelPixels(event)));
  }

  #key(event: KeyboardEvent): void {
    const step = keySteps.get(event.key);
    if (step === undefined) return;
    event.preventDefault();
    this.#step(step);
  }

  #resize(): void {
    this.#canvas.width = Math.round(this.#element.clientWidth * devicePixelRatio);
    this.#canvas.height = Math.round(this.#element.clientHeight * devicePixelRatio);
    this.#paint();
  }

  #paint(): void {
    this.#frame = 0;
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    const { ct } = this.#session;
    const state = this.#session.getState();
    const areas = this.#session.pen.sliceVoxels(state.activeId);
    const active = state.structures.find(({ id }) => id === state.activeId);
    this.#element.setAttribute("aria-valuenow", String(state.cursor[2] + 1));
    this.#element.setAttribute("aria-valuetext", valueText(state, areas));
    const model = {
      count: this.#count,
      headUp: this.#headUp,
      areas,
      current: state.cursor[2],
      unsure: state.detail.automatic?.uncertainVoxels ?? [],
      colour: active?.colour ?? ([200, 200, 200] as const),
      required: state.required,
      seen: state.seen,
      isLoaded: (k: number) => ct.isLoaded(k),
    };
    const { clientWidth, clientHeight } = this.#element;
    // Not by devicePixelRatio: on a screen of another one the window keeps its size, and the canvas its pixels.
    context.setTransform(this.#canvas.width / clientWidth, 0, 0, this.#canvas.height / clientHeight, 0, 0);
    paintSliceBar(context, model, clientWidth, clientHeight);
  }
}

const keySteps: ReadonlyMap<string, number> = new Map([
  ["ArrowUp", 1],
  ["ArrowRight", 1],
  ["ArrowDown", -1],
  ["ArrowLeft", -1],
  ["PageUp", pageSlices],
  ["PageDown", -pageSlices],
  // More than any CT has: to the ends.
  ["Home", 1e6],
  ["End", -1e6],
]);

function valueText({ cursor, detail, required, seen }: ReviewState, areas: ArrayLike<number>): string {
  const k = cursor[2];
  let unseen = 0;
  for (const slice of required) if (!seen.has(slice)) unseen++;
  const worth = sliceWorthText(detail.automatic?.expected?.perSlice, k);
  const facts = [
    `Slice ${k + 1} of ${detail.grid.size[2]}`,
    areas[k] > 0 ? "contour" : "no contour",
    ...((detail.automatic?.uncertainVoxels[k] ?? 0) > 0 ? ["model unsure"] : []),
    ...(worth === undefined ? [] : [worth]),
    `${unseen} required slices not seen`,
  ];
  return facts.join(", ");
}

import { afterEach, expect, test, vi } from "vitest";
import type { ReviewState } from "../review-state.ts";
import { ReviewStore } from "../review-store.ts";
import type { WritingTurn } from "../writing/writing-turn.ts";
import type { Autosave } from "./autosave.ts";
import { SeenSlices } from "./seen-slices.ts";
import { WorkRecord } from "./work-record.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a tab that closes while a review that was left is still being saved sends what it holds, and nothing once it is saved", async () => {
  const tab = new EventTarget();
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  vi.stubGlobal("addEventListener", tab.addEventListener.bind(tab));
  vi.stubGlobal("removeEventListener", tab.removeEventListener.bind(tab));
  vi.stubGlobal("fetch", async () => Response.error());
  const saved = Promise.withResolvers<void>();
  const leaveAtOnce = vi.fn();
  const record = new WorkRecord({
    store: new ReviewStore({
      editable: false,
      detail: { summary: { id: "case" } },
    } as unknown as ReviewState),
    autosave: {} as Autosave,
    turn: { close: () => saved.promise, leaveAtOnce } as unknown as WritingTurn,
    seen: new SeenSlices([]),
    pen: { endStroke: () => undefined, preview: () => undefined },
  });
  record.close();
  tab.dispatchEvent(new Event("pagehide"));
  expect(leaveAtOnce).toHaveBeenCalledOnce();
  saved.resolve();
  await new Promise((come) => setTimeout(come, 0));
  tab.dispatchEvent(new Event("pagehide"));
  expect(leaveAtOnce).toHaveBeenCalledOnce();
});

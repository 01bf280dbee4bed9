import { afterEach, expect, test, vi } from "vitest";
import type { Version } from "#contract/workspace/case.ts";
import type { ReviewState } from "../review-state.ts";
import { ReviewStore } from "../review-store.ts";
import type { WritingTurn } from "../writing/writing-turn.ts";
import type { Autosave } from "./autosave.ts";
import { SeenSlices } from "./seen-slices.ts";
import { WorkRecord } from "./work-record.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** In a tab whose server does not answer. */
function recordIn(tab: EventTarget, turn: Partial<WritingTurn>): WorkRecord {
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  vi.stubGlobal("addEventListener", tab.addEventListener.bind(tab));
  vi.stubGlobal("removeEventListener", tab.removeEventListener.bind(tab));
  vi.stubGlobal("fetch", async () => Response.error());
  return new WorkRecord({
    store: new ReviewStore({
      editable: false,
      detail: { summary: { id: "case" } },
    } as unknown as ReviewState),
    autosave: {} as Autosave,
    turn: turn as WritingTurn,
    seen: new SeenSlices([]),
    pen: { endStroke: () => undefined, preview: () => undefined },
  });
}

test("a signature that was given is no failure where the line breaks after it", async () => {
  const version = { number: 1 } as Version;
  const close = async (): Promise<void> => undefined;
  const record = recordIn(new EventTarget(), { sign: async <T>() => version as T, close });
  const approval = { reviewer: "Ann", comment: "", unseenReason: null };
  expect(await record.approve(approval)).toBe(version);
  record.close();
});

test("a tab that closes while a review that was left is still being saved sends what it holds, and nothing once it is saved", async () => {
  const tab = new EventTarget();
  const saved = Promise.withResolvers<void>();
  const leaveAtOnce = vi.fn();
  const record = recordIn(tab, { close: () => saved.promise, leaveAtOnce });
  record.close();
  tab.dispatchEvent(new Event("pagehide"));
  expect(leaveAtOnce).toHaveBeenCalledOnce();
  saved.resolve();
  await new Promise((come) => setTimeout(come, 0));
  tab.dispatchEvent(new Event("pagehide"));
  expect(leaveAtOnce).toHaveBeenCalledOnce();
});

import { afterEach, expect, test, vi } from "vitest";
import type { CtStore } from "./ct/ct-store.ts";
import type { ReviewState } from "./review-state.ts";
import { ReviewStore } from "./review-store.ts";
import { ReviewView } from "./review-view.ts";

afterEach(() => vi.unstubAllGlobals());

test("a fill that was switched off comes back as it was", () => {
  vi.stubGlobal("localStorage", { setItem: () => undefined });
  const store = new ReviewStore({ fillOpacity: 0.45 } as ReviewState);
  const view = new ReviewView(store, {} as CtStore, () => undefined);
  view.switchFill();
  expect(store.state.fillOpacity).toBe(0);
  view.switchFill();
  expect(store.state.fillOpacity).toBe(0.45);
});

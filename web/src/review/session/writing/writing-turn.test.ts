/** Whose turn it is, with a server that is scripted and no page. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Attendance } from "#contract/workspace/lease.ts";
import { protocolHeader, protocolVersion } from "#contract/workspace/protocol.ts";
import { otherVersion } from "../../../server/other-version.ts";
import { Autosave } from "../record/autosave.ts";
import type { ReviewState } from "../review-state.ts";
import { ReviewStore } from "../review-store.ts";
import type { CatchUp } from "./catch-up.ts";
import { WritingTurn } from "./writing-turn.ts";

const page = { tab: crypto.randomUUID(), reviewer: "Ann" };
const lease = crypto.randomUUID();
const writes = (lease: string): Attendance => ({
  ...{ writer: { ...page, gone: false }, request: null, lease, state: "open", logLength: 0, late: 0 },
});

/** What the server says to each request, by the end of its address. */
let answers: Record<string, () => Response | Promise<Response>>;
let close: () => Promise<void>;

beforeEach(() => {
  vi.useFakeTimers();
  answers = { attend: () => Response.json(writes(lease)), leave: () => Response.json({}) };
  vi.stubGlobal("fetch", async (path: string) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    return (
      answers[name]?.() ?? Response.json({ error: { code: "not-found", message: name } }, { status: 404 })
    );
  });
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal(
    "EventSource",
    class extends EventTarget {
      close = () => undefined;
    },
  );
});
afterEach(async () => {
  await close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const refusal = (status: number, code: string) => (): Response =>
  Response.json({ error: { code, message: `It is ${code}.` } }, { status });

/** A page that writes. */
async function open() {
  const store = new ReviewStore({
    ...{ reviewOpen: true, editable: false, saving: "saved", stopped: null, problem: null, late: [] },
    writing: { role: "reads", writer: null, request: null },
  } as unknown as ReviewState);
  const reviewId = "review";
  const autosave: Autosave = new Autosave({
    ...{ reviewId, reviewer: page.reviewer, patient: "DOE", known: { entries: 0, edits: 0 } },
    onChange: (saving, stopped) => store.change(stopped === null ? { saving } : { saving, stopped }),
    onRefused: () => turn.refused(),
    onStop: () => undefined,
  });
  const pen = { endStroke: vi.fn() };
  const catchUp = { run: async () => undefined, loadLate: async () => undefined } as unknown as CatchUp;
  const turn = new WritingTurn({ reviewId, page, store, pen, autosave, catchUp }, writes(lease));
  close = () => turn.close();
  await vi.advanceTimersByTimeAsync(0);
  expect(store.state).toMatchObject({ editable: true, writing: { role: "writes" } });
  return { turn, store, autosave, pen };
}

test("what went wrong when the server was asked who writes is told until it goes right", async () => {
  const { turn, store } = await open();
  answers.attend = refusal(409, "not-the-writer");
  await turn.takeOver();
  expect(store.state.problem).toBe("It is not-the-writer.");
  answers.attend = refusal(503, "database-unavailable");
  await turn.begin();
  expect(store.state).toMatchObject({ problem: "It is not-the-writer.", stopped: null });
  answers.attend = () => Response.json(writes(lease));
  await turn.begin();
  expect(store.state.problem).toBeNull();
});

test("nothing is signed by a page that does not write, nor by a lease that it got since it was asked", async () => {
  const { turn, store } = await open();
  const signed: string[] = [];
  const sign = (save: () => Promise<void>) => turn.sign(save, async (by) => signed.push(by));
  const saving = Promise.withResolvers<void>();
  const refused = expect(sign(() => saving.promise)).rejects.toMatchObject({ code: "not-the-writer" });
  // Another one wrote meanwhile, left, and this page writes again.
  answers.attend = () => Response.json(writes(crypto.randomUUID()));
  await turn.begin();
  saving.resolve();
  await refused;
  expect(store.state.editable).toBe(true);
  const writer = { tab: crypto.randomUUID(), reviewer: "Ben", gone: false };
  answers.attend = () => Response.json({ ...writes(lease), lease: null, writer });
  await turn.begin();
  await expect(sign(async () => undefined)).rejects.toThrow("Ben writes this review now");
  // Nor does it become the writer by that.
  answers.attend = () => Response.json({ ...writes(lease), lease: null, writer: null });
  await turn.begin();
  answers.attend = () => Response.json(writes(lease));
  await expect(sign(async () => undefined)).rejects.toMatchObject({ code: "not-the-writer" });
  expect(signed).toEqual([]);
});

test("while it is being signed nothing is drawn or logged, and a review that was not signed goes on", async () => {
  const { turn, store } = await open();
  const editable: boolean[] = [];
  const look = async () => editable.push(store.state.editable);
  const refused = turn.sign(
    async () => void (await look()),
    async () => {
      await look();
      throw new Error("It is refused.");
    },
  );
  await expect(refused).rejects.toThrow("It is refused.");
  await look();
  expect(editable).toEqual([true, false, true]);
});

test("a page that was left takes no change any more, also where it has to write again to save what was drawn before", async () => {
  const { turn, store, autosave } = await open();
  answers.log = refusal(409, "not-the-writer");
  autosave.add({ id: crypto.randomUUID(), at: "2026-01-01T00:00:00Z", type: "activity", activeMs: 1 });
  answers.attend = () => {
    answers.log = () => Response.json({ saved: 1, edits: 0, logLength: 1 });
    return Response.json(writes(crypto.randomUUID()));
  };
  const closed = turn.close();
  expect(store.state.editable).toBe(false);
  await closed;
  expect(store.state).toMatchObject({ editable: false, saving: "saved" });
});

const activity = () =>
  ({ id: crypto.randomUUID(), at: "2026-01-01T00:00:00Z", type: "activity", activeMs: 1 }) as const;

test("a page that does not understand who writes keeps what it drew beside the log, and says so", async () => {
  const { turn, store, autosave } = await open();
  answers.log = refusal(409, "not-the-writer");
  answers.attend = () => Response.json({ ...writes(lease), more: true });
  const lateAnswer = vi.fn(() => Response.json({}));
  answers.late = lateAnswer;
  const edit = { ...activity(), type: "edit", kind: "brush", structureId: page.tab, patch: "" } as const;
  autosave.add(edit);
  await vi.advanceTimersByTimeAsync(0);
  await turn.begin();
  await vi.advanceTimersByTimeAsync(0);
  const { state } = store;
  // Whatever came of it, the page can be closed.
  Object.assign(answers, { attend: () => Response.json(writes(lease)), log: refusal(404, "not-found") });
  expect(lateAnswer).toHaveBeenCalledOnce();
  expect(state).toMatchObject({
    saving: "stopped",
    stopped: expect.stringContaining("your last change"),
  });
});

// The last one: a page stays so until it is loaded anew.
test("a page of another version than the server's draws no more, and what it drew is saved on", async () => {
  const { store, autosave, pen } = await open();
  const saving = Promise.withResolvers<Response>();
  answers.log = () => saving.promise;
  autosave.add(activity());
  pen.endStroke.mockClear();
  otherVersion.hear(new Response(null, { headers: { [protocolHeader]: String(protocolVersion) } }));
  otherVersion.hear(new Response(null));
  const before = store.state;
  otherVersion.hear(new Response(null, { headers: { [protocolHeader]: String(protocolVersion + 1) } }));
  const after = store.state;
  saving.resolve(Response.json({ saved: 1, edits: 0, logLength: 1 }));
  await vi.advanceTimersByTimeAsync(0);
  expect(pen.endStroke).toHaveBeenCalledOnce();
  expect([before.editable, after.editable, after.saving]).toEqual([true, false, "saving"]);
  expect(after.stopped).toContain("The service was updated since this page was opened. Reload it");
  expect(store.state).toMatchObject({ editable: false, saving: "saved" });
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LogEntry } from "#contract/workspace/review.ts";
import { Autosave } from "./autosave.ts";
import { unsavedWork } from "./unsaved-work.ts";

/** What the server says to each request; it takes everything where nothing is left. */
let answers: (() => Response | Promise<Response>)[];
/** Ids of the entries of each request. */
let sent: string[][];
let states: string[];

beforeEach(() => {
  [answers, sent, states] = [[], [], []];
  vi.useFakeTimers();
  vi.stubGlobal("fetch", async (_: string, { body }: { readonly body: string }) => {
    const entries: readonly { readonly id: string }[] = JSON.parse(body).entries;
    sent.push(entries.map(({ id }) => id));
    const answer = answers.shift();
    const taken = new Set(sent.flat()).size;
    return answer?.() ?? Response.json({ saved: entries.length, edits: 0, logLength: taken });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const refusal = (status: number, code: string) => (): Response =>
  Response.json({ error: { code, message: `It is ${code}.` } }, { status });
const worked = (): LogEntry => ({
  ...{ id: crypto.randomUUID(), at: "2026-01-01T00:00:00Z", type: "activity", activeMs: 1 },
});
function open(): Autosave {
  return new Autosave({
    reviewId: "review",
    reviewer: "Ann",
    known: { entries: 0, edits: 0 },
    onChange: (state) => states.push(state),
    onRefused: () => states.push("refused"),
  });
}

test.each([
  [503, "database-unavailable"],
  [503, "files-unavailable"],
  [429, "too-many-requests"],
])(
  "what a server answers with %s %s is sent again until it is taken, and the tab asks before it closes",
  async (status, code) => {
    answers = [refusal(status, code), refusal(status, code)];
    const autosave = open();
    const entry = worked();
    autosave.add(entry);
    autosave.resume("lease");
    await vi.advanceTimersByTimeAsync(0);
    expect(states).toEqual(["saving", "offline"]);
    expect(unsavedWork.isFailing()).toBe(true);
    expect(autosave.lateOfClosing()?.entries).toEqual([entry]);
    await vi.runAllTimersAsync();
    await autosave.flush();
    expect(sent).toEqual(Array(3).fill([entry.id]));
    expect(states.at(-1)).toBe("saved");
    expect(unsavedWork.isFailing()).toBe(false);
  },
);

test("who waits for everything to be saved is refused as soon as the page does not write, and the entries wait on", async () => {
  const autosave = open();
  const entry = worked();
  autosave.add(entry);
  await expect(autosave.flush()).rejects.toMatchObject({ code: "not-the-writer" });
  answers = [refusal(409, "not-the-writer")];
  autosave.resume("lease");
  await expect(autosave.flush()).rejects.toMatchObject({ code: "not-the-writer" });
  expect(states.at(-1)).toBe("refused");
  answers = [refusal(503, "database-unavailable")];
  autosave.resume("another lease");
  const flushed = expect(autosave.flush()).rejects.toMatchObject({ code: "not-the-writer" });
  const paused = autosave.pause();
  await flushed;
  await vi.runAllTimersAsync();
  expect(await paused).toEqual([entry]);
  autosave.resume("a third lease");
  await autosave.settled();
  expect(states.at(-1)).toBe("saved");
});

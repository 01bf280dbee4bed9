import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LogEntry } from "#contract/workspace/review.ts";
import { Autosave, deletedText } from "./autosave.ts";
import { unsavedWork } from "./unsaved-work.ts";

/** What the server says to each request; it takes everything where nothing is left. */
let answers: (() => Response | Promise<Response>)[];
/** Ids of the entries of each request. */
let sent: string[][];
let states: string[];
/** What the person is told once the server takes no more. */
let notice: string | null;
let onStop: () => void;

beforeEach(() => {
  [answers, sent, states, notice, onStop] = [[], [], [], null, () => undefined];
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
const drawn = (): LogEntry => ({
  ...{ id: crypto.randomUUID(), at: "2026-01-01T00:00:00Z", type: "edit", kind: "brush" },
  ...{ structureId: crypto.randomUUID(), patch: "" },
});
function open(): Autosave {
  return new Autosave({
    reviewId: "review",
    reviewer: "Ann",
    patient: "DOE, JANE",
    known: { entries: 0, edits: 0 },
    onChange: (state, stopped) => {
      states.push(state);
      notice = stopped;
    },
    onRefused: () => states.push("refused"),
    onStop: () => onStop(),
  });
}

test.each([
  [503, "database-unavailable"],
  [503, "files-unavailable"],
  [507, "disk-full"],
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

test("entries of one change are sent together: no reader and no killed server has the half of it", async () => {
  const autosave = open();
  autosave.resume("lease");
  const [first, second] = [worked(), worked()];
  autosave.add(first, second);
  await vi.runAllTimersAsync();
  await autosave.flush();
  expect(sent).toEqual([[first.id, second.id]]);
});

test("of a change that is too large to be sent once the tab closes, the tab asks before it closes until it is saved", async () => {
  const autosave = open();
  autosave.resume("lease");
  autosave.add(worked());
  expect(unsavedWork.isHere()).toBe(false);
  const large = { ...drawn(), patch: "A".repeat(80_000) };
  autosave.add(large);
  // What a closing tab sends is cut off before it.
  expect(autosave.lateOfClosing()?.entries).toHaveLength(1);
  expect([unsavedWork.isHere(), unsavedWork.isFailing()]).toEqual([true, false]);
  await vi.runAllTimersAsync();
  expect(sent.flat()).toContain(large.id);
  expect(unsavedWork.isHere()).toBe(false);
});

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

const taken = (): Response => Response.json({});
const notUnderstood = (): Response => Response.json({ saved: 2, more: true });

test.each([
  ["that is refused", refusal(409, "review-closed"), "It is review-closed."],
  ["whose answer is not understood", notUnderstood, "The server's answer is not as this page expects."],
])(
  "what waits when the server takes no more is kept beside the log, with the stroke that is half drawn: one %s",
  async (_, answer, why) => {
    answers = [answer, refusal(503, "database-unavailable"), taken];
    const autosave = open();
    const [first, half] = [drawn(), drawn()];
    onStop = () => autosave.add(half);
    autosave.add(first);
    autosave.resume("lease");
    const flushed = expect(autosave.flush()).rejects.toThrow(why);
    await vi.advanceTimersByTimeAsync(0);
    expect([states.at(-1), unsavedWork.isFailing()]).toEqual(["offline", true]);
    await vi.runAllTimersAsync();
    await flushed;
    expect(sent).toEqual([[first.id], [first.id, half.id], [first.id, half.id]]);
    expect(states.at(-1)).toBe("stopped");
    expect(notice).toContain(why);
    expect(notice).toContain("Kept beside the log, for whoever writes to add: your last 2 changes.");
    expect(unsavedWork.isFailing()).toBe(false);
    autosave.add(drawn());
    await vi.runAllTimersAsync();
    expect(sent.length).toBe(3);
  },
);

test("what the server neither takes nor keeps is told as lost, with its count, and the tab asks until the review is left", async () => {
  answers = [refusal(403, "not-your-role"), refusal(403, "not-your-role")];
  const autosave = open();
  autosave.add(worked());
  autosave.add(drawn());
  autosave.resume("lease");
  await expect(autosave.flush()).rejects.toMatchObject({ code: "not-your-role" });
  await vi.runAllTimersAsync();
  // Waiting for the server, or signing in again, saves nothing of it.
  expect([states.at(-1), unsavedWork.isHere(), unsavedWork.isFailing()]).toEqual(["lost", true, false]);
  expect(notice).toBe("It is not-your-role. Not saved, and gone when this page is left: your last change.");
  await unsavedWork.quiet();
  autosave.close();
  expect([unsavedWork.isHere(), unsavedWork.losses()]).toEqual([false, []]);
});

test.each([
  ["not-your-role", 403, "It is not-your-role. Lost: your last 2 changes to DOE, JANE."],
  ["not-found", 404, `${deletedText} Lost: your last 2 changes to DOE, JANE.`],
])(
  "what is lost of a review that was left is told on the page where the person is: %s",
  async (code, status, loss) => {
    answers = [refusal(503, "files-unavailable"), refusal(status, code), refusal(status, code)];
    const autosave = open();
    autosave.add(drawn());
    autosave.add(drawn());
    autosave.resume("lease");
    await vi.advanceTimersByTimeAsync(0);
    autosave.leave();
    await vi.runAllTimersAsync();
    await autosave.settled();
    autosave.close();
    expect([unsavedWork.losses(), unsavedWork.isHere()]).toEqual([[loss], false]);
    unsavedWork.dismissLoss(loss);
    expect(unsavedWork.losses()).toEqual([]);
  },
);

test("of time alone nothing is said, and of a patient that was deleted no more than that", async () => {
  answers = [refusal(403, "not-your-role")];
  const [role, deleted] = [open(), open()];
  role.add(worked());
  role.resume("lease");
  await vi.runAllTimersAsync();
  expect([states.at(-1), notice]).toEqual(["stopped", "It is not-your-role."]);
  answers = [refusal(404, "not-found")];
  deleted.add(drawn());
  deleted.resume("lease");
  await vi.runAllTimersAsync();
  expect([states.at(-1), notice]).toEqual(["stopped", deletedText]);
  expect(unsavedWork.isFailing()).toBe(false);
});

test("edits that came between this page's are not known: what waits after them is told as lost, and made nowhere", async () => {
  const [first, second] = [drawn(), drawn()];
  answers = [() => Response.json({ saved: 1, edits: 3, logLength: 3 })];
  const autosave = open();
  autosave.add(first);
  autosave.resume("lease");
  autosave.add(second);
  await vi.runAllTimersAsync();
  expect(sent).toEqual([[first.id]]);
  expect([states.at(-1), unsavedWork.isHere()]).toEqual(["lost", true]);
  expect(notice).toContain("your last change.");
  autosave.close();
});

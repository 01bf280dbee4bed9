/**
 * What this tab still has to send, over all reviews that were open in it: so that another page can say so, closing the tab
 * asks first, and a review is not opened from a log whose end is still on its way. And what was lost of a review that had
 * been left: no page of its own is there to tell it.
 */

/** "large": more than a tab that closes can still send. "lost": the review's page is open and tells it. */
type State = "sending" | "large" | "failing" | "lost";

export class UnsavedWork {
  readonly #states = new Map<object, State>();
  readonly #listeners = new Set<() => void>();
  #losses: readonly string[] = [];
  #waiting: (() => void)[] = [];

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** True while the server does not answer and something waits for it. */
  isFailing = (): boolean => this.#has("failing");

  /** True while something is in this tab alone: it is gone with the tab. */
  isHere = (): boolean => this.#has("large") || this.#has("failing") || this.#has("lost");

  /** What was lost of reviews that had been left, in sentences for the person. */
  losses = (): readonly string[] => this.#losses;

  begin(sender: object): void {
    if (!this.#states.has(sender)) this.#states.set(sender, "sending");
  }

  /** A tab that closes cannot send it any more. */
  outgrow(sender: object): void {
    if (this.#states.get(sender) !== "sending") return;
    this.#states.set(sender, "large");
    this.#tell();
  }

  fail(sender: object): void {
    this.#states.set(sender, "failing");
    this.#tell();
  }

  lose(sender: object): void {
    this.#states.set(sender, "lost");
    this.#tell();
  }

  loseLeft(sentence: string): void {
    this.#losses = [...new Set([...this.#losses, sentence])];
    this.#tell();
  }

  /** The person read it. */
  dismissLoss(sentence: string): void {
    this.#losses = this.#losses.filter((other) => other !== sentence);
    this.#tell();
  }

  end(sender: object): void {
    this.#states.delete(sender);
    if (this.#states.size === 0) for (const done of this.#waiting.splice(0)) done();
    this.#tell();
  }

  /** Resolves when nothing is left to send, at once if nothing is. */
  async settled(): Promise<void> {
    if (this.#states.size > 0) await new Promise<void>((done) => this.#waiting.push(done));
  }

  /** Resolves when nothing more is saved before the server answers again, or somebody signs in. */
  async quiet(): Promise<void> {
    const isQuiet = (): boolean => !(this.#has("sending") || this.#has("large")) || this.#has("failing");
    if (isQuiet()) return;
    await new Promise<void>((done) => {
      const end = this.subscribe(() => {
        if (!isQuiet()) return;
        end();
        done();
      });
    });
  }

  /** The person said that it goes. */
  giveUp(): void {
    this.#states.clear();
    this.#tell();
  }

  #has(state: State): boolean {
    return [...this.#states.values()].includes(state);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Of all reviews that were open in this tab. */
export const unsavedWork = new UnsavedWork();

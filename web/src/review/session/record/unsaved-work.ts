/**
 * What this tab still has to send, over all reviews that were open in it: so that another page can say so, closing the tab
 * asks first, and a review is not opened from a log whose end is still on its way.
 */

type State = "sending" | "failing";

export class UnsavedWork {
  readonly #states = new Map<object, State>();
  readonly #listeners = new Set<() => void>();
  #waiting: (() => void)[] = [];

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** True while the server does not answer and something waits for it. */
  isFailing = (): boolean => [...this.#states.values()].includes("failing");

  begin(sender: object): void {
    if (!this.#states.has(sender)) this.#states.set(sender, "sending");
  }

  fail(sender: object): void {
    this.#states.set(sender, "failing");
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
    const isQuiet = (): boolean => this.#states.size === 0 || this.isFailing();
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

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Of all reviews that were open in this tab. */
export const unsavedWork = new UnsavedWork();

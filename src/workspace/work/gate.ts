/** A gate on the way of long work: who comes to it while it is closed waits until it is opened. */
export class Gate {
  #closed = false;
  #waiting: (() => void)[] = [];

  set closed(closed: boolean) {
    this.#closed = closed;
    if (closed) return;
    for (const goOn of this.#waiting.splice(0)) goOn();
  }

  async pass(): Promise<void> {
    // Closed again before it went on, perhaps.
    while (this.#closed) await new Promise<void>((goOn) => this.#waiting.push(goOn));
  }
}

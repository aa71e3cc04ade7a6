/** When the learning loop looks: soon after something happened, one look at a time, and at a moment that was asked for. */

/** Counts are looked at this long after a phantom closed: many close together. */
const DELAY_MS = 1_000;

export interface CheckLoopParts {
  readonly check: () => Promise<void>;
  readonly failed: (error: unknown) => void;
}

export class CheckLoop {
  readonly #parts: CheckLoopParts;
  #soon: ReturnType<typeof setTimeout> | null = null;
  #later: ReturnType<typeof setTimeout> | null = null;
  #checking: Promise<void> | null = null;
  #isClosed = false;

  constructor(parts: CheckLoopParts) {
    this.#parts = parts;
  }

  /** What comes up during a long look is asked after it. */
  soon(): void {
    if (this.#isClosed) return;
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      if (this.#checking !== null) return this.soon();
      this.#checking = this.#parts
        .check()
        .catch(this.#parts.failed)
        .finally(() => {
          this.#checking = null;
        });
    }, DELAY_MS);
  }

  /** Looks after `waitMs`, instead of when it was asked for before; null: at no moment of its own. */
  after(waitMs: number | null): void {
    if (this.#later !== null) clearTimeout(this.#later);
    this.#later = waitMs === null || this.#isClosed ? null : setTimeout(() => this.soon(), waitMs);
  }

  /** Resolves when the look that is under way has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.after(null);
    if (this.#soon !== null) clearTimeout(this.#soon);
    await this.#checking;
  }
}

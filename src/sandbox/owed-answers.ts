/** The HTTP answers that callers are still waiting for and will get: delayed reviews and slow replies. */
export class OwedAnswers {
  readonly #byOrder = new Map<string | null, number>();
  #total = 0;

  /** Notes one answer as owed. @returns what to call once it was given, or its caller has gone */
  owe(orderId: string | null): () => void {
    this.#add(orderId, 1);
    return () => this.#add(orderId, -1);
  }

  /** @param orderId without it: of all orders */
  count(orderId?: string): number {
    return orderId === undefined ? this.#total : (this.#byOrder.get(orderId) ?? 0);
  }

  #add(orderId: string | null, change: 1 | -1): void {
    this.#total += change;
    const left = (this.#byOrder.get(orderId) ?? 0) + change;
    if (left === 0) this.#byOrder.delete(orderId);
    else this.#byOrder.set(orderId, left);
  }
}

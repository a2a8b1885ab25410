// Questions that are asked again whenever the answer may have changed, be it fifty times in a second.

/** While a question is on its way, all who ask it again share one that follows it. */
export class Questions {
  readonly #onTheWay = new Map<string, Promise<unknown>>();
  readonly #following = new Map<string, Promise<unknown>>();

  /** The answer to a question that is put after this call. The same key stands for the same question. */
  ask<T>(key: string, put: () => Promise<T>): Promise<T> {
    const current = this.#onTheWay.get(key);
    if (!current) {
      const answer = put().finally(() => this.#onTheWay.delete(key));
      this.#onTheWay.set(key, answer);
      return answer;
    }
    const known = this.#following.get(key);
    if (known) return known as Promise<T>;
    const follow = () => {
      this.#following.delete(key);
      return this.ask(key, put);
    };
    const answer = current.then(follow, follow);
    this.#following.set(key, answer);
    return answer;
  }
}

/** Answers that never change, the last used ones, as many as fit into a number of characters. */
export class AnswerCache {
  private readonly answers = new Map<string, string>()
  private readonly maxSize: number
  private size = 0

  constructor(maxSize: number) {
    this.maxSize = maxSize
  }

  /** The answer that was kept; else the one that is made, which is kept. */
  async get(key: string, make: () => Promise<string>): Promise<string> {
    const known = this.answers.get(key)
    const answer = known ?? (await make())
    this.forget(key)
    this.answers.set(key, answer)
    this.size += answer.length
    // A map keeps the order in which its keys came: the first is the one that was not used for longest.
    for (const oldest of this.answers.keys()) {
      if (this.size <= this.maxSize) break
      this.forget(oldest)
    }
    return answer
  }

  private forget(key: string): void {
    this.size -= this.answers.get(key)?.length ?? 0
    this.answers.delete(key)
  }
}

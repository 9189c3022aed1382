import { isAtOrIn } from './run-state.js'

/** Work on behalf of steps that has to come to its end before the step does, because it books what it costs. */
export class PendingWork {
  private readonly pending = new Map<Promise<unknown>, string>()

  /** Whether there is any work at all. */
  get isPending(): boolean {
    return this.pending.size > 0
  }

  /** Keeps work until it has ended. @param step the path of the step that it is done for */
  track<Result>(step: string, work: Promise<Result>): Promise<Result> {
    this.pending.set(work, step)
    const forget = (): void => void this.pending.delete(work)
    work.then(forget, forget)
    return work
  }

  /** Resolves once all work for a step, and for what is nested in it, has ended. */
  async settled(step: string): Promise<void> {
    const own = [...this.pending].filter(([, path]) => isAtOrIn(path, step))
    await Promise.allSettled(own.map(([work]) => work))
  }
}

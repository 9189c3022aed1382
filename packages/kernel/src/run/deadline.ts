import type { Clock } from '../plugin/services.js'

/**
 * A time that is given to a piece of work, within that of the work around it. There is one for each attempt of each step, so
 * what nobody asks for is not made: the signal is there once it has been looked at.
 */
export class Deadline {
  private readonly around: DeadlineScope | undefined
  private readonly cancelTimer: (() => void) | undefined
  private controller: AbortController | undefined
  private rejectRace: ((reason: unknown) => void) | undefined
  private over: { readonly reason: unknown } | undefined

  /**
   * @param ms null: no end but that of the work around
   * @param reason what the signal aborts with when the time is over
   */
  constructor(clock: Clock, ms: number | null, reason: () => Error, around?: DeadlineScope) {
    this.around = around
    if (ms !== null) this.cancelTimer = clock.after(ms, () => this.abort(reason()))
    around?.add(this)
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController()
      if (this.over) this.controller.abort(this.over.reason)
    }
    return this.controller.signal
  }

  /** What the work gives, or the reason of the signal when that aborts first; for work that may not heed the signal. */
  race<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.rejectRace = reject
      work.then(resolve, reject)
      if (this.over) reject(this.over.reason)
    })
  }

  /** The time is over: by itself, or because that of the work around is. */
  abort(reason: unknown): void {
    if (this.over) return
    this.over = { reason }
    this.controller?.abort(reason)
    this.rejectRace?.(reason)
    this.leave()
  }

  /** The work is over: what still goes on on its behalf is told to stop. */
  end(): void {
    this.leave()
    if (this.over) return
    this.over = { reason: workIsOver }
    this.controller?.abort(workIsOver)
  }

  private leave(): void {
    this.cancelTimer?.()
    this.around?.remove(this)
  }
}

const workIsOver = new Error('The work that this belongs to is over.')

/** All deadlines within a signal. It is listened to once, however many there are. */
export class DeadlineScope {
  readonly signal: AbortSignal
  private readonly open = new Set<Deadline>()

  constructor(signal: AbortSignal) {
    this.signal = signal
    signal.addEventListener('abort', () => this.abortAll(), { once: true })
  }

  add(deadline: Deadline): void {
    if (this.signal.aborted) deadline.abort(this.signal.reason)
    else this.open.add(deadline)
  }

  remove(deadline: Deadline): void {
    this.open.delete(deadline)
  }

  private abortAll(): void {
    for (const deadline of this.open) deadline.abort(this.signal.reason)
  }
}

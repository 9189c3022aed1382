import { TokenMeter } from '@pipewright/kernel'

/** How far an answer may be over its cap as it is counted here: each model has its own tokens. */
const tolerance = 1.25
const allowance = 16

/** Watches whether an endpoint keeps to the cap that it was given. */
export class OutputGauge {
  private readonly cap: number
  private uncounted = ''
  private bytes = 0
  private meter: TokenMeter | undefined

  constructor(cap: number) {
    this.cap = cap
  }

  /** Takes a piece of output in. @returns whether all of it is clearly more than the cap */
  async isExceededBy(piece: string): Promise<boolean> {
    this.bytes += Buffer.byteLength(piece)
    this.uncounted += piece
    // There are never more tokens than bytes, and the tokenizer takes a while to load.
    if (this.bytes <= this.cap) return false
    this.meter ??= await TokenMeter.create(Math.ceil(this.cap * tolerance) + allowance)
    const { isCut } = this.meter.take(this.uncounted)
    this.uncounted = ''
    return isCut
  }
}

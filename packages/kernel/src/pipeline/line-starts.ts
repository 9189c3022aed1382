export interface Position {
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1. */
  readonly column: number
}

/** Where each line of a text begins. Counted here: the parser's own count misses breaks that it has to guess about. */
export class LineStarts {
  private readonly starts: readonly number[]
  private readonly length: number

  constructor(text: string) {
    const starts = [0]
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.starts = starts
    this.length = text.length
  }

  /** The position of an offset; of the text's end for one behind it. */
  at(offset: number): Position {
    const within = Math.min(offset, this.length)
    let [low, high] = [0, this.starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.starts[middle] ?? 0) <= within) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: within - (this.starts[low] ?? 0) + 1 }
  }
}

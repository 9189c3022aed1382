import type { Tiktoken } from 'tiktoken'

/** The encoder's time grows with the square of the length of unbroken text, so it is given pieces, in characters. */
const pieceLength = 1_000

let loading: Promise<Tiktoken> | undefined

/** Takes a quarter of a second and some 90 MB, so it happens once, and only when a command is called. */
async function loadEncoder(): Promise<Tiktoken> {
  const { get_encoding: getEncoding } = await import('tiktoken')
  return getEncoding('o200k_base')
}

/** Counts the tokens of a text as it comes, and says where it goes over a limit. The counts are close, not exact: each model has its own tokens. */
export class TokenMeter {
  private used = 0
  private readonly encoder: Tiktoken
  private readonly limit: number

  private constructor(encoder: Tiktoken, limit: number) {
    this.encoder = encoder
    this.limit = limit
  }

  static async create(limit: number): Promise<TokenMeter> {
    loading ??= loadEncoder()
    return new TokenMeter(await loading, limit)
  }

  /** The tokens taken so far; never more than the limit. */
  get tokens(): number {
    return this.used
  }

  /** As much of a text as fits in what is left. */
  take(text: string): { readonly text: string; readonly isCut: boolean } {
    let taken = ''
    for (let start = 0; start < text.length; start += pieceLength) {
      const piece = text.slice(start, start + pieceLength)
      const encoded = this.encoder.encode_ordinary(piece)
      if (this.used + encoded.length <= this.limit) {
        this.used += encoded.length
        taken += piece
        continue
      }
      const fitting = encoded.subarray(0, this.limit - this.used)
      this.used = this.limit
      // A token may end within a character; what is left of it is dropped.
      return { text: taken + new TextDecoder().decode(this.encoder.decode(fitting)).replace(/\uFFFD+$/, ''), isCut: true }
    }
    return { text: taken, isCut: false }
  }
}

export async function countTokens(text: string): Promise<number> {
  const meter = await TokenMeter.create(Infinity)
  meter.take(text)
  return meter.tokens
}

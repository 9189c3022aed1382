import type { Redactor } from './redactor.js'

/** Redacts a text that arrives in pieces. Holds back no more than what may be the beginning of something hidden. */
export class StreamRedactor {
  private held = ''

  /** @returns what can be shown by now */
  push(piece: string, redactor: Redactor): string {
    const text = this.held + piece
    const end = settledLength(text, redactor)
    this.held = text.slice(end)
    return redactor.text(text.slice(0, end))
  }

  /** @returns the rest, when nothing more will come */
  end(redactor: Redactor): string {
    const rest = redactor.text(this.held)
    this.held = ''
    return rest
  }
}

/** How much of a text can be decided on, whatever comes after it. */
function settledLength(text: string, { hidden }: Redactor): number {
  let end = text.length
  for (const one of hidden) end = Math.min(end, beginningOf(one.text, text))
  // The cut must not go through something hidden, which would be found on neither side.
  for (let before = -1; before !== end;) {
    before = end
    for (const one of hidden) {
      const last = text.lastIndexOf(one.text, end - 1)
      if (end > 0 && last !== -1 && last + one.text.length > end) end = last
    }
  }
  return end
}

/** Where the end of a text begins to be a beginning of something hidden; its length when it does not. */
function beginningOf(hidden: string, text: string): number {
  const [first = ''] = hidden
  let at = text.indexOf(first, Math.max(0, text.length - hidden.length + 1))
  while (at !== -1 && !hidden.startsWith(text.slice(at))) at = text.indexOf(first, at + 1)
  return at === -1 ? text.length : at
}

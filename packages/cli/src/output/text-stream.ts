import { printable } from './printable.js'

/**
 * Shows what models write while they write it. One step speaks at a time; what others say meanwhile comes when it has finished,
 * so that texts do not run into one another.
 */
export class TextStream {
  private readonly write: (text: string) => void
  private readonly title: (step: string) => string
  private speaker: string | undefined
  private readonly waiting = new Map<string, string>()
  private atLineStart = true

  constructor(write: (text: string) => void, title: (step: string) => string) {
    this.write = write
    this.title = title
  }

  say(step: string, text: string): void {
    if (this.speaker === undefined) this.begin(step)
    if (this.speaker === step) this.show(text)
    else this.waiting.set(step, (this.waiting.get(step) ?? '') + text)
  }

  /** A step has ended, or begins its answer anew. */
  end(step: string): void {
    if (this.speaker !== step) {
      this.flush(step)
      return
    }
    this.breakLine()
    this.speaker = undefined
    const [next] = this.waiting.keys()
    if (next === undefined) return
    this.begin(next)
    this.show(this.take(next))
  }

  /** Before something else is written: ends the line that text stands in. */
  breakLine(): void {
    if (!this.atLineStart) this.write('\n')
    this.atLineStart = true
  }

  /** What a step said while another one spoke, when it has ended before that one. */
  private flush(step: string): void {
    const text = this.take(step)
    if (text === '') return
    this.breakLine()
    this.write(this.title(step))
    this.show(text)
    this.breakLine()
  }

  private begin(step: string): void {
    this.speaker = step
    this.write(this.title(step))
  }

  private take(step: string): string {
    const text = this.waiting.get(step) ?? ''
    this.waiting.delete(step)
    return text
  }

  private show(text: string): void {
    const shown = printable(text)
    if (shown === '') return
    this.write(shown)
    this.atLineStart = shown.endsWith('\n')
  }
}

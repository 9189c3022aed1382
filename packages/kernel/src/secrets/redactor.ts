import { mapLeaves } from './map-leaves.js'

/** A text that must not be seen, and what is shown in its place. */
export interface Hidden {
  readonly text: string
  readonly label: string
}

/** Shown where a label would itself give something away. It is shorter than anything that is hidden. */
const bare = '***'
const mostRounds = 4

/** Takes texts out of values. */
export class Redactor {
  /** Longest first, so that a part of one does not hide the rest of it from being found. */
  readonly hidden: readonly Hidden[]
  private readonly labels: ReadonlyMap<string, string>

  /** @param hidden texts of at least four characters */
  constructor(hidden: readonly Hidden[]) {
    const isTelling = (label: string): boolean => hidden.some(({ text }) => label.includes(text))
    this.hidden = hidden
      .map(({ text, label }) => ({ text, label: isTelling(label) ? bare : label }))
      .toSorted((left, right) => right.text.length - left.text.length)
    this.labels = new Map(this.hidden.map(({ text, label }) => [text, label]))
  }

  text(text: string): string {
    let shown = text
    // What is put in can make a hidden text anew together with what is beside it.
    for (let round = 0; round < mostRounds; round++) {
      const before = shown
      for (const { text: hidden, label } of this.hidden) if (shown.includes(hidden)) shown = shown.replaceAll(hidden, () => label)
      if (shown === before) return shown
    }
    return bare
  }

  /** A JSON value with all of its texts, keys and numbers redacted; itself when there is nothing to hide. */
  value(value: unknown): unknown {
    if (this.hidden.length === 0) return value
    return mapLeaves(value, (leaf) => (typeof leaf === 'string' ? this.text(leaf) : (this.labels.get(String(leaf)) ?? leaf)))
  }
}

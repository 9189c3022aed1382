import { isCollection, isMap, isPair, isScalar, type Document, type Node } from 'yaml'
import { LineStarts, type Position } from './line-starts.js'

export type { Position } from './line-starts.js'

/** A way into a document: keys of maps and indexes of lists. */
export type DocumentPath = readonly (string | number)[]

/** Finds where in the text a value, a key or a piece of a string stands, inside flow collections too. */
export class SourceMap {
  private readonly document: Document
  private readonly lines: LineStarts
  private readonly text: string

  constructor(document: Document, text: string) {
    this.document = document
    this.lines = new LineStarts(text)
    this.text = text
  }

  /** The value at a path; the nearest value around it when there is none. */
  value(path: DocumentPath): Position {
    return this.at(this.node(path)?.range?.[0] ?? 0)
  }

  /** The last key of a path. */
  key(path: DocumentPath): Position {
    const name = path.at(-1)
    const parent = this.exactNode(path.slice(0, -1))
    if (isMap(parent)) {
      for (const pair of parent.items) {
        if (isPair(pair) && isScalar(pair.key) && String(pair.key.value) === String(name) && pair.key.range)
          return this.at(pair.key.range[0])
      }
    }
    return this.value(path)
  }

  /** A piece of the string at a path, for example an expression in the middle of a prompt. */
  within(path: DocumentPath, piece: string): Position {
    const range = this.node(path)?.range
    if (!range) return this.value(path)
    // `topic` is not the end of `inputs.topic`.
    const whole = new RegExp(`(?<![\\w.])${escape(piece)}`, 'g')
    whole.lastIndex = range[0]
    const offset = whole.exec(this.text)?.index ?? range[2]
    return this.at(offset >= range[2] ? range[0] : offset)
  }

  at(offset: number): Position {
    return this.lines.at(offset)
  }

  private exactNode(path: DocumentPath): Node | undefined {
    const found: unknown = path.length === 0 ? this.document.contents : this.document.getIn(path, true)
    return found === null ? undefined : (found as Node | undefined)
  }

  private node(path: DocumentPath): Node | undefined {
    for (let length = path.length; length >= 0; length--) {
      const found = this.exactNode(path.slice(0, length))
      if (found && (isScalar(found) || isCollection(found))) return found
    }
    return undefined
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

import { Lexer } from 'yaml'

/** What a document may hold, so that reading it takes a second at most, whatever it is. */
export const yamlBounds = {
  /** Brackets, braces, and list or key marks on one line, inside each other. */
  depth: 64,
  /** Words, marks and spaces. A pipeline of 5,000 steps has half as many. */
  tokens: 500_000,
  /** Each of them is looked up among all anchors. */
  aliases: 1_000,
} as const

export interface ExceededBound {
  readonly message: string
  readonly offset: number
}

/** Token types without a text of their own: byte order mark, document, end of flow collection. */
const widthless = new Set(['\u{FEFF}', '\u0002', '\u0018'])
/** The token before a plain or block scalar, whatever that looks like. */
const scalarFollows = '\u001F'

/** Looks at the marks alone, before the parser, which is recursive, sees the text. @returns the first bound that is exceeded */
export function exceededYamlBound(text: string): ExceededBound | undefined {
  let offset = 0
  let flow = 0
  let marks = 0
  let tokens = 0
  let aliases = 0
  let isScalar = false
  for (const token of new Lexer().lex(text)) {
    if (++tokens > yamlBounds.tokens) return { offset, message: `The document has more than ${yamlBounds.tokens} words and marks.` }
    if (widthless.has(token)) continue
    if (token === scalarFollows) {
      isScalar = true
      continue
    }
    if (!isScalar) {
      if (token === '[' || token === '{') flow++
      else if (token === ']' || token === '}') flow = Math.max(0, flow - 1)
      else if (token === '-' || token === '?') marks++
      else if (token.startsWith('\n') || token.startsWith('\r')) marks = 0
      else if (token.startsWith('*') && ++aliases > yamlBounds.aliases)
        return { offset, message: `The document has more than ${yamlBounds.aliases} aliases.` }
      if (flow > yamlBounds.depth || marks > yamlBounds.depth)
        return { offset, message: `The document is nested more than ${yamlBounds.depth} levels deep.` }
    }
    isScalar = false
    offset += token.length
  }
  return undefined
}

import { LineCounter, parseDocument, visit } from 'yaml'
import type { ErrorCode } from '../errors/error-table.js'
import { SourceMap, type Position } from './source-map.js'

/** The longest document that is read, in UTF-8 bytes. */
export const maxDocumentBytes = 1024 * 1024
const maxDepth = 64
const maxAliases = 100

export interface YamlProblem {
  readonly code: ErrorCode
  readonly message: string
  readonly position: Position
}

export type ReadYaml =
  | { readonly ok: true; readonly value: unknown; readonly sources: SourceMap }
  | { readonly ok: false; readonly problems: readonly YamlProblem[] }

const start: Position = { line: 1, column: 1 }

/** Reads untrusted YAML within bounds of size, depth and aliases. Never throws. */
export function readYaml(text: string): ReadYaml {
  const bytes = Buffer.byteLength(text)
  if (bytes > maxDocumentBytes) {
    return failure(
      'DOCUMENT_TOO_LARGE',
      `The document has ${bytes.toLocaleString('en')} bytes; at most ${maxDocumentBytes.toLocaleString('en')} are read.`,
    )
  }
  const nesting = deepestFlowNesting(text)
  if (nesting > maxDepth)
    return failure('DOCUMENT_TOO_COMPLEX', `The document nests ${nesting} brackets; at most ${maxDepth} levels are read.`)
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof RangeError || error instanceof ReferenceError) {
      return failure('DOCUMENT_TOO_COMPLEX', `The document is nested too deeply or expands too far: ${error.message}`)
    }
    throw error
  }
}

function parse(text: string): ReadYaml {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const sources = new SourceMap(document, lines, text)
  if (document.errors.length > 0) {
    const problems = document.errors.slice(0, 20).map((error): YamlProblem => {
      const duplicate = error.code === 'DUPLICATE_KEY'
      return {
        code: duplicate ? 'DUPLICATE_KEY' : 'YAML_SYNTAX',
        message: duplicate ? 'This key stands here twice.' : error.message,
        position: sources.at(error.pos[0]),
      }
    })
    return { ok: false, problems }
  }
  let tooDeep: Position | undefined
  visit(document, {
    Collection(_key, node, path) {
      if (path.length > maxDepth * 2) {
        tooDeep = sources.at(node.range?.[0] ?? 0)
        return visit.BREAK
      }
      return undefined
    },
  })
  if (tooDeep)
    return {
      ok: false,
      problems: [{ code: 'DOCUMENT_TOO_COMPLEX', message: `Nested more than ${maxDepth} levels deep.`, position: tooDeep }],
    }
  return { ok: true, value: document.toJS({ maxAliasCount: maxAliases }), sources }
}

function failure(code: ErrorCode, message: string): ReadYaml {
  return { ok: false, problems: [{ code, message, position: start }] }
}

/** The parser is recursive and slow on deep flow collections, so they are refused before it sees them. */
function deepestFlowNesting(text: string): number {
  let depth = 0
  let deepest = 0
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index)
    if (character === 0x5b || character === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (character === 0x5d || character === 0x7d) depth = Math.max(0, depth - 1)
  }
  return deepest
}

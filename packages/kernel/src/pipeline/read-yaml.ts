import { isMap, isNode, isScalar, parseDocument, visit, type Document, type YAMLMap } from 'yaml'
import type { ErrorCode } from '../errors/error-table.js'
import { LineStarts } from './line-starts.js'
import { SourceMap, type Position } from './source-map.js'
import { exceededYamlBound, yamlBounds } from './yaml-bounds.js'

/** The longest document that is read, in UTF-8 bytes. */
export const maxDocumentBytes = 1024 * 1024
/** How often an anchor may be repeated through aliases, those inside other anchors counted each time. */
const maxExpansions = 100
const mostProblems = 20

export interface YamlProblem {
  readonly code: ErrorCode
  readonly message: string
  readonly position: Position
}

export type ReadYaml =
  | { readonly ok: true; readonly value: unknown; readonly sources: SourceMap }
  | { readonly ok: false; readonly problems: readonly YamlProblem[] }

/** Reads untrusted YAML within bounds of size, depth and aliases. Never throws. */
export function readYaml(text: string): ReadYaml {
  const bytes = Buffer.byteLength(text)
  if (bytes > maxDocumentBytes) {
    return failure(
      'DOCUMENT_TOO_LARGE',
      `The document has ${bytes.toLocaleString('en')} bytes; at most ${maxDocumentBytes.toLocaleString('en')} are read.`,
      { line: 1, column: 1 },
    )
  }
  const control = /(?![\t\n\r\u0085])\p{Cc}|\p{Cs}/u.exec(text)
  if (control)
    return failure(
      'YAML_SYNTAX',
      `The control character ${codePoint(control[0])} may not stand in YAML.`,
      new LineStarts(text).at(control.index),
    )
  const exceeded = exceededYamlBound(text)
  if (exceeded) return failure('DOCUMENT_TOO_COMPLEX', exceeded.message, new LineStarts(text).at(exceeded.offset))
  return parse(text)
}

function parse(text: string): ReadYaml {
  // The parser would compare each key of a map with all others; `duplicateKeys` needs one look at each.
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'error' })
  const sources = new SourceMap(document, text)
  const { duplicates, unresolved, tooDeep } = look(document)
  const problems = [
    ...document.errors.map(({ code, message, pos: [offset] }) =>
      code === 'RESOURCE_EXHAUSTION'
        ? { code: 'DOCUMENT_TOO_COMPLEX' as const, message: 'The document is nested too deeply.', offset }
        : { code: 'YAML_SYNTAX' as const, message, offset },
    ),
    ...duplicates.map((offset) => ({ code: 'DUPLICATE_KEY' as const, message: 'This key stands here twice.', offset })),
    ...unresolved.map((offset) => ({
      code: 'YAML_SYNTAX' as const,
      message: 'Nothing with an anchor of this name ends before the alias.',
      offset,
    })),
    ...(tooDeep === undefined
      ? []
      : [{ code: 'DOCUMENT_TOO_COMPLEX' as const, message: `Nested more than ${yamlBounds.depth} levels deep.`, offset: tooDeep }]),
  ]
  if (problems.length > 0) {
    const first = problems.toSorted((left, right) => left.offset - right.offset).slice(0, mostProblems)
    return {
      ok: false,
      problems: first.map(({ offset, ...problem }) => ({ ...problem, position: sources.at(offset) })),
    }
  }
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: maxExpansions }) as unknown, sources }
  } catch (error) {
    // Anchors that repeat each other without end.
    const message = error instanceof Error ? error.message : String(error)
    return failure('DOCUMENT_TOO_COMPLEX', `The document expands too far: ${message}.`, { line: 1, column: 1 })
  }
}

interface Looked {
  readonly duplicates: readonly number[]
  /** Aliases that stand before their anchor, inside of what it names, or without one. */
  readonly unresolved: readonly number[]
  /** The first collection that lies too deep. */
  readonly tooDeep: number | undefined
}

function look(document: Document): Looked {
  const duplicates: number[] = []
  const unresolved: number[] = []
  const anchors = new Set<string>()
  let tooDeep: number | undefined
  const note = (anchor: string | undefined): void => void (anchor !== undefined && anchors.add(anchor))
  visit(document, {
    Alias(_key, alias, path) {
      const isInside = path.some((around) => isNode(around) && 'anchor' in around && around.anchor === alias.source)
      if (isInside || !anchors.has(alias.source)) unresolved.push(alias.range?.[0] ?? 0)
    },
    Scalar: (_key, scalar) => note(scalar.anchor),
    Collection(_key, node, path) {
      note(node.anchor)
      if (isMap(node)) duplicates.push(...duplicateKeys(node))
      // Every level stands in the path twice: the collection, and its pair or item.
      if (path.length <= yamlBounds.depth * 2) return undefined
      tooDeep = node.range?.[0] ?? 0
      return visit.BREAK
    },
  })
  return { duplicates, unresolved, tooDeep }
}

function duplicateKeys(map: YAMLMap): number[] {
  const seen = new Set<unknown>()
  const offsets: number[] = []
  for (const { key } of map.items) {
    if (!isScalar(key)) continue
    // What becomes one and the same property of an object is one and the same key.
    const name = String(key.value)
    if (seen.has(name)) offsets.push(key.range?.[0] ?? 0)
    seen.add(name)
  }
  return offsets
}

function failure(code: ErrorCode, message: string, position: Position): ReadYaml {
  return { ok: false, problems: [{ code, message, position }] }
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

import type { z } from 'zod'
import { errorTable, type ErrorCode } from '../errors/error-table.js'
import type { Finding } from '../errors/finding.js'
import { allowedAt, formatNodes, knownKeys, literalsAt } from './format-nodes.js'
import { nameHint } from './nearest.js'
import type { DocumentPath, Position, SourceMap } from './source-map.js'

/** The document that does not have the form of one. */
export interface Misformed {
  readonly file: string
  readonly sources: SourceMap
  /** What its text was read as. */
  readonly value: unknown
}

/** What is wrong with the form of a document, each with its place. */
export function syntaxFindings(issues: readonly z.core.$ZodIssue[], document: Misformed): Finding[] {
  return issues.flatMap((issue) => findingsOf(issue, [], document)).toSorted(byPlace)
}

export function syntaxFinding(file: string, code: ErrorCode, message: string, position: Position, hint?: string): Finding {
  return { level: 'syntax', severity: 'error', code, message, hint: hint ?? errorTable[code].hint, file, ...position }
}

/** A key is often missing because it is written wrong: what stands there comes before what does not. */
function byPlace(left: Finding, right: Finding): number {
  const missing = Number(left.code === 'MISSING_KEY') - Number(right.code === 'MISSING_KEY')
  return missing || left.line - right.line || left.column - right.column
}

/** What is said of a value that is not there at all. */
const absent: ReadonlySet<z.core.$ZodIssue['code']> = new Set(['invalid_type', 'invalid_union', 'invalid_value'])

/** @param around the way to the value that the issue's own path begins at */
function findingsOf(issue: z.core.$ZodIssue, around: DocumentPath, document: Misformed): Finding[] {
  const { file, sources, value } = document
  const path = [...around, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))]
  const where = path.join('.') || 'the document'
  const given = valueAt(value, path)
  if (given === undefined && absent.has(issue.code))
    return [syntaxFinding(file, 'MISSING_KEY', `"${where}" is missing.`, sources.value(path), `Add ${String(path.at(-1))}.`)]
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(path)
      return issue.keys.map((key) => unknownKey(key, known, path, where, document))
    }
    case 'invalid_key':
      return [
        syntaxFinding(
          file,
          'INVALID_VALUE',
          `"${String(path.at(-1))}" cannot be a name here: ${issue.issues.map((inner) => inner.message).join('; ')}.`,
          sources.key(path),
          'Use lower-case letters, digits and _, starting with a letter.',
        ),
      ]
    case 'invalid_union':
      return unionFindings(issue, path, where, document)
    case 'invalid_value':
      return [
        syntaxFinding(
          file,
          'INVALID_VALUE',
          `"${where}" may not be ${show(given)}.`,
          sources.value(path),
          nameHint(String(given), issue.values.map(String), 'Choose one of these.'),
        ),
      ]
    default:
      return [syntaxFinding(file, 'INVALID_VALUE', `"${where}": ${issue.message}.`, sources.value(path), descriptionAt(path))]
  }
}

/** What is wrong with a value that may be one thing or another: said of the thing that it is most like. */
function unionFindings(issue: z.core.$ZodIssueInvalidUnion, path: DocumentPath, where: string, document: Misformed): Finding[] {
  const { file, sources, value } = document
  const given = valueAt(value, path)
  const allowed = allowedAt(path)
  if (isMap(given)) {
    const keys = Object.keys(given)
    const known = knownKeys(path)
    const meant = issue.errors
      .map((issues) => ({ issues, strange: strangeKeys(issues) }))
      .filter(({ strange }) => strange !== null && strange.length < keys.length)
      .toSorted((left, right) => (left.strange?.length ?? 0) - (right.strange?.length ?? 0))[0]
    if (meant) return meant.issues.flatMap((inner) => findingsOf(inner, path, document))
    if (known.length > 0 && keys.length > 0) return keys.map((key) => unknownKey(key, known, path, where, document))
  }
  const literals = literalsAt(path)
  const hint = typeof given === 'string' && literals.length > 0 ? nameHint(given, literals, `Write ${allowed}.`) : `Write ${allowed}.`
  return [syntaxFinding(file, 'INVALID_VALUE', `"${where}" may not be ${show(given)}.`, sources.value(path), hint)]
}

/** The keys that one alternative does not know; null when it is not a map at all. */
function strangeKeys(issues: readonly z.core.$ZodIssue[]): readonly string[] | null {
  if (issues.some(({ code, path }) => path.length === 0 && code !== 'unrecognized_keys')) return null
  return issues.flatMap((issue) => (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : []))
}

function unknownKey(key: string, known: readonly string[], path: DocumentPath, where: string, { file, sources }: Misformed): Finding {
  const position = sources.key([...path, key])
  return syntaxFinding(file, 'UNKNOWN_KEY', `Unknown key "${key}" in ${where}.`, position, nameHint(key, known, 'Remove the key.'))
}

function descriptionAt(path: DocumentPath): string | undefined {
  return formatNodes(path).find(({ description }) => description !== undefined)?.description
}

function valueAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>(
    (node, key) => (isMap(node) || Array.isArray(node) ? (node as Record<string | number, unknown>)[key] : undefined),
    value,
  )
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Text of the document is shown only as far as it says which one is meant. */
function show(value: unknown): string {
  if (isMap(value)) return 'a map'
  if (Array.isArray(value)) return 'a list'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

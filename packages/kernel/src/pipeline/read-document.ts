import { z } from 'zod'
import type { ErrorCode } from '../errors/error-table.js'
import { errorTable } from '../errors/error-table.js'
import type { Finding } from '../errors/finding.js'
import { documentSchema, type PipelineDocument } from './document-schema.js'
import { nameHint } from './nearest.js'
import { readYaml } from './read-yaml.js'
import type { Position, SourceMap } from './source-map.js'

export type ReadDocument =
  | { readonly ok: true; readonly document: PipelineDocument; readonly sources: SourceMap }
  | { readonly ok: false; readonly findings: readonly Finding[] }

/** Text as a pipeline document, or syntax findings that say where it is not one. Never throws for what the text holds. */
export function readDocument(text: string, file: string): ReadDocument {
  const yaml = readYaml(text)
  if (!yaml.ok)
    return { ok: false, findings: yaml.problems.map((problem) => syntaxFinding(file, problem.code, problem.message, problem.position)) }
  if (typeof yaml.value !== 'object' || yaml.value === null || Array.isArray(yaml.value)) {
    const finding = syntaxFinding(
      file,
      'INVALID_VALUE',
      'A pipeline is a map with the keys pipeline, inputs, steps and outputs.',
      { line: 1, column: 1 },
      '`pipewright init` makes a first one.',
    )
    return { ok: false, findings: [finding] }
  }
  const parsed = documentSchema.safeParse(yaml.value)
  if (parsed.success) return { ok: true, document: parsed.data, sources: yaml.sources }
  const findings = parsed.error.issues.slice(0, 50).flatMap((issue) => issueFindings(issue, file, yaml.sources, yaml.value))
  return { ok: false, findings: findings.toSorted(byPlace) }
}

/** A key is often missing because it is written wrong: what stands there comes before what does not. */
function byPlace(left: Finding, right: Finding): number {
  const missing = Number(left.code === 'MISSING_KEY') - Number(right.code === 'MISSING_KEY')
  return missing || left.line - right.line || left.column - right.column
}

function issueFindings(issue: z.core.$ZodIssue, file: string, sources: SourceMap, value: unknown): Finding[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
  const where = path.join('.') || 'the document'
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(path)
      return issue.keys.map((key) =>
        syntaxFinding(
          file,
          'UNKNOWN_KEY',
          `Unknown key "${key}" in ${where}.`,
          sources.key([...path, key]),
          nameHint(key, known, 'Remove the key.'),
        ),
      )
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
    case 'invalid_union': {
      return [syntaxFinding(file, 'INVALID_VALUE', `"${where}" has a value of the wrong type.`, sources.value(path))]
    }
    case 'invalid_value':
      return [
        syntaxFinding(
          file,
          'INVALID_VALUE',
          `"${where}" may not be ${JSON.stringify(valueAt(value, path))}.`,
          sources.value(path),
          nameHint(String(valueAt(value, path)), issue.values.map(String), 'Choose one of these.'),
        ),
      ]
    default: {
      if (issue.code === 'invalid_type' && valueAt(value, path) === undefined) {
        return [syntaxFinding(file, 'MISSING_KEY', `"${where}" is missing.`, sources.value(path), `Add ${String(path.at(-1))}.`)]
      }
      return [syntaxFinding(file, 'INVALID_VALUE', `"${where}": ${issue.message}.`, sources.value(path))]
    }
  }
}

function syntaxFinding(file: string, code: ErrorCode, message: string, position: Position, hint?: string): Finding {
  return { level: 'syntax', severity: 'error', code, message, hint: hint ?? errorTable[code].hint, file, ...position }
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (node, key) => (typeof node === 'object' && node !== null ? (node as Record<string | number, unknown>)[key] : undefined),
    value,
  )
}

interface SchemaNode {
  readonly properties?: Record<string, SchemaNode>
  readonly additionalProperties?: SchemaNode | boolean
  readonly items?: SchemaNode
}

let format: SchemaNode | undefined

/** The keys that the format knows at a path, read off its own JSON Schema. */
function knownKeys(path: readonly (string | number)[]): string[] {
  format ??= z.toJSONSchema(documentSchema, { io: 'input', unrepresentable: 'any' }) as SchemaNode
  let node: SchemaNode | undefined = format
  for (const part of path) {
    if (typeof part === 'number') node = node?.items
    else node = node?.properties?.[part] ?? (typeof node?.additionalProperties === 'object' ? node.additionalProperties : undefined)
  }
  return Object.keys(node?.properties ?? {})
}

import { z } from 'zod'
import { documentSchema } from './document-schema.js'
import type { DocumentPath } from './source-map.js'

/** A part of the format's own JSON Schema. */
export interface FormatNode {
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly const?: string | number | boolean
  readonly enum?: readonly (string | number | boolean)[]
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, FormatNode>>
  readonly additionalProperties?: FormatNode | boolean
  readonly items?: FormatNode
  readonly anyOf?: readonly FormatNode[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, FormatNode>>
}

let format: FormatNode | undefined

/** What the format allows at a path: one node, or several where a value may be one thing or another. Steps lie in steps. */
export function formatNodes(path: DocumentPath): readonly FormatNode[] {
  format ??= z.toJSONSchema(documentSchema, { io: 'input', unrepresentable: 'any' }) as FormatNode
  let nodes = alternatives(format)
  for (const part of path) nodes = nodes.flatMap((node) => below(node, part)).flatMap(alternatives)
  return nodes
}

/** The keys that the format knows at a path. */
export function knownKeys(path: DocumentPath): string[] {
  return [...new Set(formatNodes(path).flatMap((node) => Object.keys(node.properties ?? {})))]
}

/** What may stand at a path, in words: `fail, continue, { model } or { step }`. */
export function allowedAt(path: DocumentPath): string {
  const words = [...new Set(formatNodes(path).flatMap(inWords))]
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** The words that may stand at a path. */
export function literalsAt(path: DocumentPath): string[] {
  return formatNodes(path).flatMap((node) => (node.const === undefined ? (node.enum ?? []) : [node.const]).map(String))
}

function below(node: FormatNode, part: string | number): readonly FormatNode[] {
  const found =
    typeof part === 'number'
      ? node.items
      : (node.properties?.[part] ?? (typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined))
  return found ? [found] : []
}

function alternatives(node: FormatNode): readonly FormatNode[] {
  const name = node.$ref?.replace('#/$defs/', '')
  // What stands beside a reference is said of this place: it comes first.
  const whole = name === undefined ? node : { ...format?.$defs?.[name], ...without(node) }
  return whole.anyOf ? whole.anyOf.flatMap(alternatives) : [whole]
}

function without({ $ref: _reference, ...node }: FormatNode): FormatNode {
  return node
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'a map',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
}

function inWords(node: FormatNode): string[] {
  if (node.const !== undefined) return [String(node.const)]
  if (node.enum) return node.enum.map(String)
  if (node.properties) return [`{ ${Object.keys(node.properties).join(', ')} }`]
  return [node.type ?? []].flat().map((type) => typeWords[type] ?? type)
}

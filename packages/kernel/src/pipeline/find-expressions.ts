import type { JsonSchema } from '../points/provider.js'
import type { DocumentPath } from './source-map.js'

/** A text of a step's `with:` that is an expression in a language of the step type's own, and no template. */
export interface FoundExpression {
  readonly path: DocumentPath
  readonly text: string
  readonly language: string
}

/** The texts that the step type's schema marks as expressions, wherever they stand in the value. References are not followed. */
export function findExpressions(schema: JsonSchema | undefined, value: unknown): FoundExpression[] {
  const found = new Map<string, FoundExpression>()
  const visit = (part: unknown, node: unknown, path: DocumentPath): void => {
    if (!isMap(part)) return
    for (const branch of alternatives(part)) visit(branch, node, path)
    if (typeof node === 'string') {
      const { language } = part
      if (typeof language === 'string') found.set(JSON.stringify(path), { path, text: node, language })
    } else if (Array.isArray(node)) {
      node.forEach((element, index) => visit(part['items'], element, [...path, index]))
    } else if (isMap(node)) {
      for (const [key, child] of Object.entries(node)) visit(propertySchema(part, key), child, [...path, key])
    }
  }
  visit(schema, value, [])
  return [...found.values()]
}

function alternatives({ anyOf, oneOf, allOf }: JsonSchema): readonly unknown[] {
  return [anyOf, oneOf, allOf].flatMap((branches) => (Array.isArray(branches) ? (branches as unknown[]) : []))
}

function propertySchema({ properties, additionalProperties }: JsonSchema, key: string): unknown {
  return isMap(properties) && Object.hasOwn(properties, key) ? properties[key] : additionalProperties
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import { compileTemplate, isTemplate, type CompiledTemplate, type Scope } from './template-engine.js'
import type { DocumentPath } from './source-map.js'

/** A JSON value of a document whose strings may be templates. */
export interface CompiledValue {
  /** Every template in it, with the way to it. */
  readonly templates: readonly { readonly path: DocumentPath; readonly template: CompiledTemplate }[]
  /** The value with its templates evaluated. A value without templates is returned as it is. */
  evaluate(scope: Scope): unknown
}

type Evaluate = (scope: Scope) => unknown

/**
 * Compiles a value.
 * @param onError is told of each template that does not compile; it evaluates to undefined.
 * @param literal the ways to the texts that are in another language and not templates
 */
export function compileValue(
  value: unknown,
  onError: (path: DocumentPath, error: unknown) => void,
  literal: readonly DocumentPath[] = [],
): CompiledValue {
  const literals = new Set(literal.map((path) => JSON.stringify(path)))
  const templates: { path: DocumentPath; template: CompiledTemplate }[] = []

  const compile = (node: unknown, path: DocumentPath): Evaluate | null => {
    if (typeof node === 'string') {
      if (!isTemplate(node) || literals.has(JSON.stringify(path))) return null
      try {
        const template = compileTemplate(node)
        templates.push({ path, template })
        return template.evaluate
      } catch (error) {
        onError(path, error)
        return () => undefined
      }
    }
    if (Array.isArray(node)) {
      const parts = node.map((element, index) => compile(element, [...path, index]))
      if (parts.every((part) => part === null)) return null
      return (scope) => parts.map((part, index) => (part ? part(scope) : node[index]))
    }
    if (typeof node === 'object' && node !== null) {
      const entries = Object.entries(node).map(([key, child]) => ({
        key,
        child,
        part: compile(child, [...path, key]),
      }))
      if (entries.every((entry) => entry.part === null)) return null
      // Assigned, this key would be taken for what the object inherits from.
      if (entries.some(({ key }) => key === '__proto__'))
        return (scope) => Object.fromEntries(entries.map(({ key, child, part }) => [key, part ? part(scope) : child]))
      return (scope) => {
        const value: Record<string, unknown> = {}
        for (const { key, child, part } of entries) value[key] = part ? part(scope) : child
        return value
      }
    }
    return null
  }

  const evaluate = compile(value, [])
  return { templates, evaluate: evaluate ?? (() => value) }
}

import type { Plan } from '../pipeline/plan.js'
import type { CompiledTemplate } from '../pipeline/template-engine.js'

/** What comes to the same in every run: values without references, and those that refer to nothing but such variables. */
export class Constants {
  private readonly variables: Readonly<Record<string, unknown>>

  constructor(plan: Plan) {
    const variables: Record<string, unknown> = {}
    for (const { name, value } of plan.variables) {
      const isConstant = value.templates.every(({ template }) => refersTo(template, variables))
      const found = isConstant ? attempt(() => value.evaluate({ variables })) : null
      if (found) variables[name] = found.value
    }
    this.variables = variables
  }

  /** What a template always gives; null when that depends on something. */
  valueOf(template: CompiledTemplate): { readonly value: unknown } | null {
    if (!refersTo(template, this.variables)) return null
    return attempt(() => template.evaluate({ variables: this.variables }))
  }
}

function refersTo({ source, references }: CompiledTemplate, variables: Readonly<Record<string, unknown>>): boolean {
  // The time of day is the one thing that Liquid knows by itself.
  if (/\bnow\b|\btoday\b/.test(source)) return false
  return references.every(([root, name]) => root === 'variables' && name !== undefined && Object.hasOwn(variables, name))
}

function attempt(evaluate: () => unknown): { readonly value: unknown } | null {
  try {
    return { value: evaluate() }
  } catch {
    // It fails, which is something else than being constant.
    return null
  }
}

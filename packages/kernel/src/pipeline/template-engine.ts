import { Liquid, type Template } from 'liquidjs'
import { PipewrightError } from '../errors/pipewright-error.js'

/** A reference that a template makes: `steps.draft.output.title` as its segments. */
export type Reference = readonly (string | number)[]

/** A string of a document that refers to values, compiled once. */
export interface CompiledTemplate {
  readonly source: string
  /** What it refers to; a segment that is itself computed ends the reference. */
  readonly references: readonly Reference[]
  /** @throws MISSING_VALUE, EXPRESSION_FAILED */
  evaluate(scope: Scope): unknown
}

/** What templates can refer to. */
export interface Scope {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly steps: Readonly<Record<string, { readonly output: unknown; readonly status: string }>>
  readonly run: Readonly<Record<string, unknown>>
  readonly item?: unknown
  readonly index?: number
}

// Limits hold for one evaluation: templates may come from strangers.
const liquid = new Liquid({
  strictVariables: true,
  strictFilters: true,
  lenientIf: true,
  ownPropertyOnly: true,
  jsTruthy: true,
  templates: {},
  // The same on every machine; and to ask this machine for its own takes longer than all else here.
  locale: 'en-US',
  parseLimit: 1_000_000,
  renderLimit: 5_000,
  memoryLimit: 200_000_000,
  outputEscape: (value: unknown) => {
    if (value === undefined || value === null) throw new TypeError('the value is missing (null)')
    return typeof value === 'string' ? value : JSON.stringify(value)
  },
})

const singleExpression = /^\s*\{\{-?((?:(?!\}\}|\{\{)[\s\S])*?)-?\}\}\s*$/

/** Whether a string is a template at all. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%')
}

/** Compiles a string. One that is a single `{{ expression }}` keeps the type of its value. @throws EXPRESSION_SYNTAX, UNKNOWN_FILTER */
export function compileTemplate(source: string): CompiledTemplate {
  const { parsed, references } = parse(source, source)
  const expression = singleExpression.exec(source)?.[1]?.trim()
  if (expression !== undefined && expression !== '') {
    // A filter chain may stand in for a missing value; a bare reference may not.
    return { source, references, evaluate: (scope) => guarded(source, () => present(liquid.evalValueSync(expression, scope))) }
  }
  return { source, references, evaluate: (scope) => guarded(source, () => liquid.renderSync(parsed, scope)) }
}

/** Compiles a condition: a bare Liquid expression, or one in `{{ }}`. */
export function compileCondition(source: string): CompiledTemplate {
  const expression = (singleExpression.exec(source)?.[1] ?? source).trim()
  if (expression === '' || expression.includes('%}') || isTemplate(expression)) {
    throw new PipewrightError('EXPRESSION_SYNTAX', `"${source}" is not a condition.`, {
      hint: 'Write a comparison, for example: steps.triage.output.size > 0',
    })
  }
  const { parsed, references } = parse(`{% if ${expression} %}true{% endif %}`, source)
  return { source, references, evaluate: (scope) => guarded(source, () => liquid.renderSync(parsed, scope) === 'true') }
}

function parse(text: string, source: string): { readonly parsed: Template[]; readonly references: Reference[] } {
  try {
    const parsed = liquid.parse(text)
    return { parsed, references: liquid.globalVariableSegmentsSync(parsed).map(simplify) }
  } catch (error) {
    const message = firstLine(error)
    const filter = /undefined filter: (\w+)/.exec(message)?.[1]
    if (filter !== undefined) {
      throw new PipewrightError('UNKNOWN_FILTER', `There is no filter "${filter}".`, {
        details: { filter, known: Object.keys(liquid.filters) },
        cause: error,
      })
    }
    throw new PipewrightError('EXPRESSION_SYNTAX', `"${shorten(source)}" cannot be read: ${message}`, { cause: error })
  }
}

function guarded(source: string, evaluate: () => unknown): unknown {
  try {
    return evaluate()
  } catch (error) {
    if (PipewrightError.isInstance(error)) throw error
    const message = firstLine(error)
    const missing = /undefined variable: (\S+)|the value is missing/.exec(message)
    if (missing)
      throw new PipewrightError('MISSING_VALUE', `${missing[1] ?? 'A value'} in "${shorten(source)}" has no value.`, { cause: error })
    throw new PipewrightError('EXPRESSION_FAILED', `"${shorten(source)}" failed: ${message}`, { cause: error })
  }
}

function present(value: unknown): unknown {
  if (value === undefined) throw new TypeError('the value is missing')
  return value
}

function simplify(segments: readonly unknown[]): Reference {
  const computed = segments.findIndex((segment) => typeof segment !== 'string' && typeof segment !== 'number')
  return (computed === -1 ? segments : segments.slice(0, computed)) as Reference
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return (message.split('\n')[0] ?? message).replace(/, line:\d+, col:\d+$/, '')
}

function shorten(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ')
  return line.length > 80 ? `${line.slice(0, 77)}…` : line
}

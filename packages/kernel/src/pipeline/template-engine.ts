import { defaultOperators, Liquid, type Context, type Operators, type Template } from 'liquidjs'
import { PipewrightError } from '../errors/pipewright-error.js'

/** A reference that a template makes: `steps.draft.output.title` as its segments. */
export type Reference = readonly (string | number)[]

/** A reference as it is written: `steps.list.output[0].title`. */
export function referenceText(reference: Reference): string {
  return reference.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
}

/** A string of a document that refers to values, compiled once. */
export interface CompiledTemplate {
  readonly source: string
  /** What it refers to; a segment that is itself computed ends the reference. */
  readonly references: readonly Reference[]
  /** @throws MISSING_VALUE, EXPRESSION_FAILED */
  evaluate(scope: Scope): unknown
}

/** What templates can refer to: `inputs`, `variables`, `secrets`, `steps`, `run`, and what holds at a place, such as `item`. */
export type Scope = Readonly<Record<string, unknown>>

/** What is missing is neither less nor more than anything, as Liquid has it; JavaScript would take it for 0. */
const operators: Operators = {
  ...defaultOperators,
  ...Object.fromEntries(
    ['<', '<=', '>', '>='].map((name): [string, BinaryOperator] => {
      const compare = defaultOperators[name] as BinaryOperator
      return [name, (left, right, context) => isThere(left) && isThere(right) && compare(left, right, context)]
    }),
  ),
}

type BinaryOperator = (left: unknown, right: unknown, context: Context) => ReturnType<Operators[string]>

// Limits hold for one evaluation: templates may come from strangers.
const liquid = new Liquid({
  strictVariables: true,
  strictFilters: true,
  lenientIf: true,
  ownPropertyOnly: true,
  jsTruthy: true,
  templates: {},
  operators,
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
    const path = plainPath(expression)
    if (path) return { source, references, evaluate: (scope) => valueAt(scope, path, source) }
    // A filter chain may stand in for a missing value; a bare reference may not.
    return { source, references, evaluate: (scope) => guarded(source, () => present(liquid.evalValueSync(expression, scope))) }
  }
  return { source, references, evaluate: (scope) => guarded(source, () => liquid.renderSync(parsed, scope)) }
}

/** What a template is that is nothing but a reference, as in `{{ steps.draft.output[0].title }}`; null for all others. */
export function bareReference({ source, references }: Pick<CompiledTemplate, 'source' | 'references'>): Reference | null {
  const expression = singleExpression.exec(source)?.[1]?.trim() ?? ''
  if (!/^[A-Za-z_]\w*(\.\w+|\[\s*-?\d+\s*\])*$/.test(expression) || references.length !== 1) return null
  return references[0] ?? null
}

/** The last filter of a template that is one `{{ expression }}`; null where there is none. */
export function lastFilter(source: string): string | null {
  const expression = singleExpression.exec(source)?.[1]?.replaceAll(/'[^']*'|"[^"]*"/g, '') ?? ''
  return /\|\s*(\w+)[^|]*$/.exec(expression)?.[1] ?? null
}

/** Whether a template is one `{{ expression }}`, whose value keeps its type. */
export function isSingleExpression(source: string): boolean {
  return singleExpression.test(source)
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
    if (missing) throw missingValue(missing[1] ?? 'A value', source, error)
    throw new PipewrightError('EXPRESSION_FAILED', `"${shorten(source)}" failed: ${message}`, { cause: error })
  }
}

function isThere(value: unknown): boolean {
  return value !== null && value !== undefined
}

function present(value: unknown): unknown {
  if (value === undefined) throw new TypeError('the value is missing')
  return value
}

/** Reads a bare reference without the language around it, as most of them are; the same values, and the same errors. */
function valueAt(scope: Scope, path: readonly string[], source: string): unknown {
  let value: unknown = scope
  for (const key of path) {
    value = propertyOf(value, key)
    if (value === undefined) throw missingValue(path.join('.'), source)
  }
  return value
}

/** As Liquid reads properties: own ones only, and `size`, `first` and `last` of what has no such key. */
function propertyOf(value: unknown, key: string): unknown {
  if (value === null || value === undefined) return value
  const object = Object(value) as Record<string, unknown>
  if (Object.hasOwn(object, key)) return object[key]
  if (key === 'size') {
    if (Array.isArray(value) || typeof value === 'string') return value.length
    return typeof value === 'object' ? Object.keys(value).length : undefined
  }
  if (key === 'first' && Array.isArray(value)) return value[0] as unknown
  if (key === 'last' && Array.isArray(value)) return value.at(-1) as unknown
  return undefined
}

const reservedWords = new Set(['true', 'false', 'nil', 'null', 'empty', 'blank'])

/** `steps.draft.output.title` as its names; null for everything that is more than that. */
function plainPath(expression: string): string[] | null {
  if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(expression)) return null
  const path = expression.split('.')
  return reservedWords.has(path[0] as string) ? null : path
}

function missingValue(name: string, source: string, cause?: unknown): PipewrightError {
  return new PipewrightError('MISSING_VALUE', `${name} in "${shorten(source)}" has no value.`, { cause })
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

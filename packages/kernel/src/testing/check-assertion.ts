import { isDeepStrictEqual } from 'node:util'
import { boundedPattern } from '../pipeline/bounded-pattern.js'
import { checkAgainstSchema } from '../pipeline/json-schema.js'
import type { Assertion } from './test-schema.js'

/** @returns what does not hold, or null */
export function checkAssertion(assertion: Assertion, result: unknown): string | null {
  const { path, ...matchers } = assertion
  const found = valueAt(result, path)
  if (!found.exists) return `${path} does not exist`
  const { value } = found
  for (const [name, wanted] of Object.entries(matchers)) {
    const negated = name.startsWith('not_')
    const problem = mismatch(negated ? name.slice(4) : name, wanted, value)
    if (problem === null && negated) return `${path} should not have ${name.slice(4).replace('_', ' ')} ${show(wanted)}`
    if (problem !== null && !negated) return `${path} ${problem}, but is ${show(value)}`
  }
  return null
}

function mismatch(matcher: string, wanted: unknown, value: unknown): string | null {
  switch (matcher) {
    case 'equals':
      return isDeepStrictEqual(value, wanted) ? null : `should equal ${show(wanted)}`
    case 'contains':
      return contains(value, wanted) ? null : `should contain ${show(wanted)}`
    case 'matches':
      return typeof value === 'string' && boundedPattern(String(wanted)).test(value) ? null : `should match /${String(wanted)}/`
    case 'has_length':
      return lengthOf(value) === wanted ? null : `should have length ${String(wanted)}, not ${String(lengthOf(value))}`
    case 'at_most':
      return typeof value === 'number' && value <= Number(wanted) ? null : `should be at most ${String(wanted)}`
    case 'at_least':
      return typeof value === 'number' && value >= Number(wanted) ? null : `should be at least ${String(wanted)}`
    case 'schema': {
      const problems = checkAgainstSchema(wanted as Record<string, unknown>, value)
      return problems.length === 0 ? null : `should fit its schema: ${problems.map((problem) => problem.message).join(' ')}`
    }
    default:
      throw new RangeError(`no such matcher: ${matcher}`)
  }
}

function contains(value: unknown, wanted: unknown): boolean {
  if (typeof value === 'string') return value.includes(String(wanted))
  if (Array.isArray(value)) return value.some((element) => isDeepStrictEqual(element, wanted))
  return typeof value === 'object' && value !== null && Object.hasOwn(value, String(wanted))
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined
}

function valueAt(root: unknown, path: string): { readonly exists: boolean; readonly value: unknown } {
  let value = root
  for (const part of path.split(/\.|\[(\d+)\]/).filter((piece) => piece !== undefined && piece !== '')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return { exists: false, value: undefined }
    value = (value as Record<string, unknown>)[part]
  }
  return { exists: true, value }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 160 ? `${text.slice(0, 157)}…` : text
}

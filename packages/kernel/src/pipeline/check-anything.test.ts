import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMixStep } from '../fixtures/mix-step.js'
import { runArbitrary } from '../fixtures/run-arbitrary.js'
import { createTestEngine } from '../fixtures/test-engine.js'

const isFull = process.env['PIPEWRIGHT_FULL'] === '1'

/** What somebody may write where something else should stand. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    -1,
    1e300,
    '',
    '{{',
    '{{ }}',
    '{{ steps.s0.output }}',
    '{% for x in y %}',
    '%}',
    'steps.s1.output >',
    [],
    {},
    [[]],
  ),
  fc.constantFrom('s0', 'mix', 'inputs.n', 'item', '{{ loop.output | nothing }}', { to: '{{ inputs.n }}' }, { step: {} }, { continue: {} }),
  fc.jsonValue({ maxDepth: 2 }),
)
/** Keys that mean something somewhere. */
const keys = fc.constantFrom(
  'uses',
  'steps',
  'switch',
  'cases',
  'for_each',
  'while',
  'until',
  'on_error',
  'output',
  'with',
  'needs',
  'id',
  'tools',
  '__proto__',
)
const change = fc.record({ at: fc.nat(0xffff), kind: fc.constantFrom('replace', 'remove', 'add', 'copy'), key: keys, value: junk })

test(
  'whatever is changed in a document, it is checked, and every finding has a place and a way out',
  { timeout: isFull ? 3_600_000 : 60_000 },
  async () => {
    const { check } = await createTestEngine({ steps: [createMixStep()] })
    await fc.assert(
      fc.asyncProperty(runArbitrary, fc.array(change, { minLength: 1, maxLength: 4 }), async (document, changes) => {
        const changed = structuredClone(document) as unknown
        for (const one of changes) apply(changed, structuredClone(one))
        const text = JSON.stringify(changed)
        const { plan, findings } = await check(text)
        expect(plan === null).toBe(findings.some(({ severity }) => severity === 'error'))
        for (const { line, column, message, hint } of findings) {
          expect([line, column >= 1 && column <= text.length + 1]).toEqual([1, true])
          expect(message).not.toBe('')
          expect(hint).not.toBe('')
          expect(message).not.toMatch(/\bundefined\b|\[object|Cannot read/)
        }
      }),
      { numRuns: isFull ? 10_000 : 150 },
    )
  },
)

/** Changes one of the places of a document, counted in the order in which they stand. */
function apply(document: unknown, { at, kind, key, value }: { at: number; kind: string; key: string; value: unknown }): void {
  const places: [Record<string, unknown>, string][] = []
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [name, child] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, name])
      collect(child)
    }
  }
  collect(document)
  const [parent, name] = places[at % places.length] ?? [{}, '']
  if (kind === 'remove') delete parent[name]
  else if (kind === 'copy') parent[name] = structuredClone(places[(at * 7) % places.length]?.[0])
  else if (kind === 'add' && !Array.isArray(parent))
    Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true })
  else parent[name] = value
}

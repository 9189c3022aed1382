import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createTestEngine } from '../fixtures/test-engine.js'

const runs = process.env['PIPEWRIGHT_FULL'] === '1' ? 1_000 : 50

it('puts every step after what it refers to or needs, whatever the order of the text', async () => {
  const { check } = await createTestEngine()
  // Each step may depend on those of a lower number, so there is no circle; the text has them in any order.
  const graph = fc.integer({ min: 1, max: 12 }).chain((size) =>
    fc.record({
      edges: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1), fc.boolean()), { maxLength: 30 }),
      order: fc.shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }),
    }),
  )
  await fc.assert(
    fc.asyncProperty(graph, async ({ edges, order }) => {
      const before = (step: number): { on: number; isReference: boolean }[] =>
        edges.flatMap(([one, other, isReference]) =>
          Math.max(one, other) === step && one !== other ? [{ on: Math.min(one, other), isReference }] : [],
        )
      const steps = order.map((step) => {
        const dependencies = before(step)
        const needs = dependencies.filter(({ isReference }) => !isReference).map(({ on }) => `s${on}`)
        const references = dependencies.filter(({ isReference }) => isReference).map(({ on }) => `{{ steps.s${on}.output }}`)
        return `  - { id: s${step}, uses: value, needs: [${[...new Set(needs)].join(', ')}], with: { value: "x ${references.join(' ')}" } }`
      })
      const { plan, findings } = await check(`pipeline: graph\nsteps:\n${steps.join('\n')}`)
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
      const places = new Map(plan?.block.steps.map(({ id }, index) => [id, index]))
      expect(places.size).toBe(order.length)
      for (const step of plan?.block.steps ?? []) {
        const wanted = new Set(before(Number(step.id.slice(1))).map(({ on }) => `s${on}`))
        expect(new Set(step.dependsOn)).toEqual(wanted)
        for (const id of wanted) expect(places.get(id)).toBeLessThan(places.get(step.id) ?? -1)
      }
    }),
    { numRuns: runs },
  )
})

it('names a circle, and no step that only waits for it', async () => {
  const { check } = await createTestEngine()
  const { findings } = await check(`pipeline: circle
steps:
  - { id: waits, uses: value, needs: [b], with: { value: 1 } }
  - { id: a, uses: value, needs: [b], with: { value: 1 } }
  - { id: b, uses: value, needs: [a], with: { value: 1 } }`)
  expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([
    { code: 'STEP_CYCLE', message: expect.not.stringContaining('waits') },
  ])
})

import { createStepContext, testStage } from '@pipewright/kernel/conformance'
import type { TemplateCandidate } from '@pipewright/kernel'
import { describe, expect, test } from 'vitest'
import { candidate, sourceOf } from './fixtures/greeting-template.js'
import { selectStage } from './select-stage.js'

const long = { text: 'greet all of my customers by name', keywords: ['greet', 'all', 'customers', 'name'] }

testStage(selectStage, {
  examples: [
    { name: 'a clear fit', reads: long, genesis: { templates: sourceOf(candidate('@example/greeting', 0.9)) } },
    { name: 'nothing', reads: long, genesis: { templates: sourceOf() } },
    { name: 'a named template', reads: { ...long, template: '@example/greeting@^1.0.0' }, genesis: { templates: sourceOf() } },
  ],
})

async function select(reads: object, ...found: TemplateCandidate[]): ReturnType<typeof selectStage.run> {
  const { context } = await createStepContext()
  const unused = async (): Promise<never> => Promise.reject(new Error('not expected'))
  const genesis = { templates: sourceOf(...found), validate: unused, runTests: unused, findFile: unused }
  return selectStage.run(selectStage.reads.parse({ ...long, ...reads }), { ...context, genesis })
}

describe('selection', () => {
  test('takes the best that fits', async () => {
    const { decision, template, questions } = await select({}, candidate('@example/greeting', 0.8), candidate('@example/other', 0.3))
    expect({ decision, template, questions }).toEqual({
      decision: 'clear',
      template: { name: '@example/greeting', version: '1.2.0', score: 0.8 },
      questions: [],
    })
  })

  test('abstains when nothing fits, and still lists what came closest', async () => {
    const { decision, template, candidates } = await select({}, candidate('@example/greeting', 0.4))
    expect({ decision, template, candidates: candidates.map(({ name }) => name) }).toEqual({
      decision: 'none',
      template: null,
      candidates: ['@example/greeting'],
    })
  })

  test('shows a tie instead of guessing', async () => {
    const tie = await select({}, candidate('@example/one', 0.8), candidate('@example/two', 0.75))
    expect(tie.template).toBeNull()
    expect(tie.questions).toEqual([
      expect.objectContaining({ id: 'template', question: '@example/one or @example/two?', default: '@example/one' }),
    ])
  })

  test('takes the better of a tie for whoever takes every default', async () => {
    const tie = await select({ assume_defaults: true }, candidate('@example/one', 0.8), candidate('@example/two', 0.75))
    expect(tie).toMatchObject({ decision: 'tie', template: { name: '@example/one' }, questions: [] })
  })

  test('asks what is meant when there is next to nothing to go by', async () => {
    const vague = await select({ text: 'help', keywords: ['help'] }, candidate('@example/greeting', 0.1))
    expect(vague).toMatchObject({ decision: 'vague', template: null, questions: [{ id: 'goal' }] })
  })

  test('takes the template that is named, however badly it fits', async () => {
    const byName = await select({ template: '@example/greeting@1.2.0' }, candidate('@example/greeting', 0.1))
    expect(byName).toMatchObject({ decision: 'named', template: { name: '@example/greeting', version: '1.2.0', score: 0.1 } })
    expect(await select({ answers: { template: '@example/greeting' } })).toMatchObject({ decision: 'named' })
  })
})

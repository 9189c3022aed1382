import { pipelineTestSchema } from '@pipewright/kernel'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { deriveTests } from './derive-tests.js'
import { greeting } from './fixtures/greeting-template.js'
import type { Filled } from './shapes.js'
import { templateDocument } from './template-document.js'

const template = templateDocument(greeting.files, greeting.name)
const filled: Filled[] = [
  { input: 'name', value: 'Grace', from: 'for Grace', by: 'requirement' },
  { input: 'tone', value: 'formal', from: 'formal', by: 'requirement' },
  { input: 'list', value: 'people.csv', from: 'people.csv', by: 'requirement' },
]
const { files, dropped } = deriveTests(greeting.files, template, filled)
const content = (path: string): string => files.find((file) => file.path === path)?.content ?? ''

describe('the template’s own tests', () => {
  test('keep the template’s values where the pipeline now has others', () => {
    expect(content('tests/greets.test.yaml')).toBe(
      'test: it greets\ninputs: { name: Ada, tone: warm, list: "" } # a person\nexpect: { assert: [ { path: outputs.greeting, contains: warm } ] }\n',
    )
  })

  test('that are about a missing parameter are left out when it is filled in, and that is said', () => {
    expect(content('tests/no-name.test.yaml')).toBe('')
    expect(dropped).toEqual(['without a name it is refused'])
  })

  test('stay as they are when nothing is filled in', () => {
    const untouched = deriveTests(greeting.files, template, [])
    expect(untouched.files.filter(({ path }) => !path.includes('genesis-'))).toEqual(greeting.files.toSorted(testsLast))
    expect(untouched.dropped).toEqual([])
  })

  test('that cannot be read are kept, so that running them says why', () => {
    expect(content('tests/broken.test.yaml')).toBe('test: [\n')
  })
})

describe('new tests', () => {
  test.each(['integration', 'performance'])('of kind %s run the pipeline with the filled values, on the sample’s files', (kind) => {
    const written = pipelineTestSchema.parse(parse(content(`tests/genesis-${kind}.test.yaml`)))
    expect(written).toMatchObject({ kind, model: 'simulated', inputs: { name: 'Grace', tone: 'formal' }, expect: { status: 'succeeded' } })
    // The person's own file is not the package's to bring along.
    expect(written.inputs['list']).toBe('')
    if (kind === 'integration') expect(written.expect.assert).toEqual([{ path: 'outputs.greeting' }])
  })

  test('are not made up when the template has no sample and needs something', () => {
    const bare = greeting.files.filter(({ path }) => !path.startsWith('tests/'))
    expect(deriveTests(bare, template, []).files).toEqual(bare)
  })
})

function testsLast(left: { path: string }, right: { path: string }): number {
  const isTest = ({ path }: { path: string }): number => Number(/^tests\/(?:greets|no-name)\.test\.yaml$/.test(path))
  return isTest(left) - isTest(right)
}

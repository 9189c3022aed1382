import { describe, expect, it } from 'vitest'
import { findingsOf, type Found } from '../validate/fixtures/checked-steps.js'

const reading = (reference: string): string =>
  `  - { id: look, uses: look, with: { text: a } }\n  - { id: read, uses: pick, with: { from: "{{ §${reference} }}" } }`
const found = (steps: string, before?: string): Promise<readonly Found[]> => findingsOf(steps, ['UNKNOWN_VARIABLE'], before)

describe('what lies in outputs', () => {
  it.each<[string, string]>([
    ['a key', 'steps.look.output.titel'],
    ['a key of a list’s elements', 'steps.look.output.rows[0].nmae'],
    ['a key of the first one', 'steps.look.output.rows.first.nmae'],
    ['a key of a value that may be null', 'steps.look.output.at.lime'],
  ])('%s that is not there, with the nearest name', async (_what, reference) => {
    const [finding] = await found(reading(reference))
    expect(finding?.slice(0, 2)).toEqual(['UNKNOWN_VARIABLE', 'here'])
    expect(finding?.[2]).toMatch(/has no "(titel|nmae|lime)"/)
  })

  it.each<[string, string, RegExp]>([
    ['a list', 'steps.look.output.rows.name', /"steps.look.output.rows" is a list and has no "name"/],
    ['a text', 'steps.look.output.title.words', /"steps.look.output.title" is a text and has no "words"/],
    ['a number', 'steps.look.output.count.total', /"steps.look.output.count" is a number and has no "total"/],
  ])('keys of %s', async (_what, reference, message) => {
    expect(await found(reading(reference))).toEqual([['UNKNOWN_VARIABLE', 'here', expect.stringMatching(message)]])
  })

  it('has nothing to say about what is there', async () => {
    for (const reference of ['rows.size', 'rows[0].tags.last', 'at.line', 'title.size', 'rows | map: "name"'])
      expect(await found(reading(`steps.look.output.${reference}`))).toEqual([])
  })
})

describe('what lies in values of the document', () => {
  const asked = (schema: string, reference: string): string =>
    `  - { id: ask, uses: ask, with: { prompt: hi, schema: ${schema} } }\n  - { id: read, uses: pick, with: { from: "{{ ${reference} }}" } }`

  it('answers with a schema; what an open one does not mention is a warning', async () => {
    const closed = '{ type: object, additionalProperties: false, properties: { kind: { enum: [a, b] } } }'
    const open = '{ type: object, properties: { kind: { enum: [a, b] } } }'
    expect((await found(asked(closed, 'steps.ask.output.kid')))[0]?.[2]).toBe('The output of step "ask" has no "kid".')
    expect((await found(asked(open, 'steps.ask.output.kid')))[0]?.[2]).toBe('Nothing says that the output of step "ask" has "kid".')
    expect(await found(asked(closed, 'steps.ask.output.kind'))).toEqual([])
    expect(await found(asked('{ type: object }', 'steps.ask.output.kid'))).toEqual([])
  })

  it('schemas that point into themselves', async () => {
    const tree =
      '{ $ref: "#/$defs/node", $defs: { node: { type: object, additionalProperties: false, properties: { next: { $ref: "#/$defs/node" }, name: { type: string } } } } }'
    expect(await found(asked(tree, 'steps.ask.output.next.next.next.name'))).toEqual([])
    expect((await found(asked(tree, 'steps.ask.output.next.next.nam')))[0]?.[2]).toBe('"steps.ask.output.next.next" has no "nam".')
  })

  it.each<[string, string, string]>([
    ['inputs', 'inputs: { who: { type: object, properties: { name: { type: string } } } }', 'inputs.who.nmae'],
    ['variables', 'variables: { who: { name: Ann } }', 'variables.who.nmae'],
    ['variables made of variables', 'variables: { a: { b: { name: Ann } }, who: "{{ variables.a.b }}" }', 'variables.who.nmae'],
  ])('%s', async (_what, before, reference) => {
    expect(await found(reading(reference), before)).toEqual([['UNKNOWN_VARIABLE', 'here', expect.stringContaining('"nmae"')]])
    expect(await found(reading(reference.replace('nmae', 'name')), before)).toEqual([])
  })

  it.each<[string, string, string]>([
    [
      'items of a list that is known',
      '  - { id: look, uses: look, with: {} }\n',
      'for_each: steps.look.output.rows, with: { from: "{{ item.KEY }}" }',
    ],
    [
      'items by another name',
      '  - { id: look, uses: look, with: {} }\n',
      'for_each: steps.look.output.rows, as: row, with: { from: "{{ row.KEY }}" }',
    ],
    ['items that stand in the document', '', 'for_each: [{ name: a }, { name: b }], with: { from: "{{ item.KEY }}" }'],
    [
      'what a loop made before',
      '  - { id: look, uses: look, with: {} }\n',
      'with: { from: 1 }, for_each: steps.look.output.rows, if: "steps.look.output.rows[0].KEY"',
    ],
  ])('%s', async (_what, before, keys) => {
    const steps = (key: string): string => `${before}  - { id: each, uses: pick, ${keys.replace('KEY', key)} }`
    expect((await found(steps('nmae'))).map(([, , message]) => message)).toEqual([expect.stringContaining('"nmae"')])
    expect(await found(steps('name'))).toEqual([])
  })

  it('groups, by their steps and by their output', async () => {
    const group = (more: string, reference: string): string =>
      `  - { id: group, ${more}steps: [{ id: look, uses: look, with: {} }] }\n  - { id: read, uses: pick, with: { from: "{{ steps.group.output.${reference} }}" } }`
    expect(await found(group('', 'look.rows[0].name'))).toEqual([])
    expect((await found(group('', 'look.rows[0].nmae'))).length).toBe(1)
    expect((await found(group('', 'loook'))).length).toBe(1)
    const output = 'output: { all: "{{ steps.look.output.rows }}", of: [1, "{{ steps.look.output.at }}"] }, '
    expect(await found(group(output, 'all[0].name'))).toEqual([])
    expect((await found(group(output, 'all[0].nmae'))).length).toBe(1)
    expect((await found(group(output, 'al'))).length).toBe(1)
    expect((await found(group('for_each: [1, 2], ', 'look.rows'))).length).toBe(1)
    expect(await found(group('for_each: [1, 2], ', 'first.look.rows'))).toEqual([])
  })

  it('what a tool is given', async () => {
    const tool = (reference: string): string =>
      `  - { id: ask, uses: ask, with: { prompt: hi }, tools: [{ id: t, uses: pick, description: d, arguments: { type: object, additionalProperties: false, properties: { city: { type: string } } }, with: { from: "{{ ${reference} }}" } }] }`
    expect(await found(tool('arguments.city'))).toEqual([])
    expect((await found(tool('arguments.town'))).length).toBe(1)
  })

  it('what stands in for a step that failed may look different', async () => {
    const steps = (policy: string, reference: string): string =>
      `  - { id: look, uses: look, with: {}, on_error: ${policy} }\n  - { id: read, uses: pick, with: { from: "{{ steps.look.output.${reference} }}" } }`
    expect(await found(steps('{ continue: { reason: "{{ error.code }}" } }', 'reason'))).toEqual([])
    expect(await found(steps('{ continue: { reason: "{{ error.code }}" } }', 'title'))).toEqual([])
    expect((await found(steps('{ continue: { reason: 1 } }', 'titel'))).length).toBe(1)
    expect(await found(steps('{ step: { id: other, uses: pick, with: { from: 1 } } }', 'anything'))).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { readDocument } from './read-document.js'

type Found = readonly [code: string, line: number, column: number, message: string, hint: string]

function findings(text: string): readonly Found[] {
  const read = readDocument(text, 'p.yaml')
  return read.ok ? [] : read.findings.map(({ code, line, column, message, hint }) => [code, line, column, message, hint] as const)
}

/** The third line is that of the step; its keys begin at column 5. */
const step = (keys: string): string => `pipeline: p\nsteps:\n  - ${keys}`
const any = expect.any(String)

describe('keys', () => {
  it.each<[string, string, Found]>([
    ['of a step', 'id: a\n    uses: x\n    wiht: {}', ['UNKNOWN_KEY', 5, 5, any, 'Did you mean "with"?']],
    ['inside a flow collection', '{ id: a, uses: x, timout: 1s }', ['UNKNOWN_KEY', 3, 23, any, 'Did you mean "timeout"?']],
    ['of a step in a group', '{ id: g, steps: [{ id: a, uses: x, moddel: p/m }] }', ['UNKNOWN_KEY', 3, 40, any, 'Did you mean "model"?']],
    [
      'of a step in a case of a switch in a group',
      'id: g\n    steps:\n      - { id: s, switch: a, cases: { x: [{ id: b, usess: x }] } }',
      ['UNKNOWN_KEY', 5, 51, any, 'Did you mean "uses"?'],
    ],
    ['of a fallback', '{ id: a, uses: x, on_error: { step: { id: b, usess: y } } }', ['UNKNOWN_KEY', 3, 50, any, 'Did you mean "uses"?']],
    [
      'of a tool, which knows arguments',
      '{ id: a, uses: x, tools: [{ id: t, uses: y, description: d, argumens: {} }] }',
      ['UNKNOWN_KEY', 3, 65, any, 'Did you mean "arguments"?'],
    ],
    ['of what happens on errors', '{ id: a, uses: x, on_error: { contniue: 1 } }', ['UNKNOWN_KEY', 3, 35, any, 'Did you mean "continue"?']],
    ['of a range', '{ id: a, uses: x, for_each: { form: 1, to: 3 } }', ['UNKNOWN_KEY', 3, 35, any, 'Did you mean "from"?']],
    ['of a cache', '{ id: a, uses: x, cache: { tll: 1h } }', ['UNKNOWN_KEY', 3, 32, any, 'Did you mean "ttl"?']],
    ['of a retry', '{ id: a, uses: x, retry: { attempt: 2 } }', ['UNKNOWN_KEY', 3, 32, any, 'Did you mean "attempts"?']],
  ])('that are written wrong: %s', (_where, keys, found) => {
    expect(findings(step(keys))).toContainEqual(found)
  })

  it.each<[string, string, Found]>([
    ['where a range ends', '{ id: a, uses: x, for_each: { from: 1 } }', ['MISSING_KEY', 3, 33, any, 'Add to.']],
    ['what a tool is for', '{ id: a, uses: x, tools: [{ id: t, uses: y }] }', ['MISSING_KEY', 3, 31, any, 'Add description.']],
  ])('that are missing: %s', (_what, keys, found) => {
    expect(findings(step(keys))).toEqual([found])
  })
})

it('an input without a type is missing one', () => {
  expect(findings('pipeline: p\ninputs: { n: { default: 1 } }\nsteps: [{ id: a, uses: x }]')).toEqual([
    ['MISSING_KEY', 2, 14, '"inputs.n.type" is missing.', 'Add type.'],
  ])
})

describe('values that may be one thing or another', () => {
  it.each<[string, string, Found]>([
    [
      'on_error: a word that is not one',
      '{ id: a, uses: x, on_error: contineu }',
      ['INVALID_VALUE', 3, 33, '"steps.0.on_error" may not be "contineu".', 'Did you mean "continue"?'],
    ],
    [
      'on_error: a number',
      '{ id: a, uses: x, on_error: 3 }',
      ['INVALID_VALUE', 3, 33, any, 'Write fail, continue, { continue }, { model } or { step }.'],
    ],
    ['on_error: a model without its provider', '{ id: a, uses: x, on_error: { model: fast } }', ['INVALID_VALUE', 3, 42, any, any]],
    [
      'for_each: a number',
      '{ id: a, uses: x, for_each: 3 }',
      ['INVALID_VALUE', 3, 33, '"steps.0.for_each" may not be 3.', 'Write a text, a list, { files } or { from, to, step }.'],
    ],
    ['for_each: a step that is no whole number', '{ id: a, uses: x, for_each: { to: 3, step: 0.5 } }', ['INVALID_VALUE', 3, 48, any, any]],
    ['cache: a text', '{ id: a, uses: x, cache: 1h }', ['INVALID_VALUE', 3, 30, any, 'Write true or false or { ttl }.']],
    ['cache: a time that is none', '{ id: a, uses: x, cache: { ttl: soon } }', ['INVALID_VALUE', 3, 37, any, any]],
    [
      'if: a list',
      '{ id: a, uses: x, if: [] }',
      ['INVALID_VALUE', 3, 27, '"steps.0.if" may not be a list.', 'Write a text or true or false.'],
    ],
  ])('%s', (_what, keys, found) => {
    expect(findings(step(keys))).toEqual([found])
  })

  it('says what a key is for when its value is of another type', () => {
    const [found] = findings(step('{ id: a, uses: x, concurrency: many }'))
    expect(found?.slice(0, 3)).toEqual(['INVALID_VALUE', 3, 36])
    expect(found?.[4]).toMatch(/^How many elements of for_each/)
  })
})

it('has nothing to say about what is right', () => {
  for (const keys of [
    '{ id: a, uses: x, on_error: { continue: null } }',
    '{ id: a, uses: x, on_error: { step: { id: b, uses: y } } }',
    '{ id: a, uses: x, for_each: { files: "*.csv" }, cache: { ttl: 1h } }',
    '{ id: a, uses: x, for_each: { from: 1, to: "{{ inputs.n }}" }, cache: true }',
    '{ id: s, switch: inputs.a, cases: { x: [{ id: b, uses: x }] }, default: [{ id: c, uses: x }] }',
  ])
    expect(findings(step(keys))).toEqual([])
})

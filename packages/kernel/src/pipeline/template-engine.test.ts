import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PipewrightError } from '../errors/pipewright-error.js'
import { compileCondition, compileTemplate, type Scope } from './template-engine.js'

const runs = process.env['PIPEWRIGHT_FULL'] === '1' ? 10_000 : 300

const scope = (inputs: Record<string, unknown>, steps: Scope['steps'] = {}): Scope => ({
  inputs,
  steps,
  run: { id: 'run-1', started_at: '' },
})
const evaluate = (source: string, inputs: Record<string, unknown> = {}): unknown => compileTemplate(source).evaluate(scope(inputs))

describe('a template', () => {
  it.each<[string, unknown]>([
    ['{{ inputs.list }}', [1, { a: null }]],
    ['  {{ inputs.number }}  ', 7],
    ['{{ inputs.no }}', false],
    ['{{ inputs.nothing }}', null],
    ['{{ inputs.list | size }}', 2],
    ['{{ inputs.list[1].a | default: "none" }}', 'none'],
    ['{{ inputs.blank.size }}', 0],
    ['{{ inputs.text | upcase }}', 'A "B" & <C>'.toUpperCase()],
    ['n = {{ inputs.number }}', 'n = 7'],
    ['{{ inputs.number }}{{ inputs.no }}', '7false'],
    ['as JSON: {{ inputs.list }}', 'as JSON: [1,{"a":null}]'],
    ['{% for one in inputs.list %}{{ forloop.index }}{% endfor %}', '12'],
    ['{% if inputs.absent %}yes{% else %}no{% endif %}', 'no'],
  ])('%s keeps its type and escapes nothing', (source, value) => {
    expect(evaluate(source, { list: [1, { a: null }], number: 7, no: false, nothing: null, text: 'a "b" & <c>', blank: '' })).toEqual(value)
  })

  it.each(['{{ inputs.absent }}', 'a {{ inputs.absent }}', 'a {{ inputs.nothing }}', '{{ inputs.text.absent.more }}'])(
    '%s never renders as nothing by accident',
    (source) => {
      expect(() => evaluate(source, { nothing: null, text: 'x' })).toThrow(expect.objectContaining({ code: 'MISSING_VALUE' }))
    },
  )

  it.each([
    ['{{ inputs.a | nosuch }}', 'UNKNOWN_FILTER'],
    ['{{ inputs.a ', 'EXPRESSION_SYNTAX'],
    ['{% for %}', 'EXPRESSION_SYNTAX'],
    ['{% nosuch %}', 'EXPRESSION_SYNTAX'],
  ])('%s is refused when it is compiled', (source, code) => {
    expect(() => compileTemplate(source)).toThrow(expect.objectContaining({ code }))
  })

  it.each<[string, unknown]>([
    [
      '{{ inputs.a.b }} {{ steps.c.output[0].d }}',
      [
        ['inputs', 'a', 'b'],
        ['steps', 'c', 'output', 0, 'd'],
      ],
    ],
    ['{{ inputs["a"].b }}', [['inputs', 'a', 'b']]],
    ['{% for t in inputs.list %}{{ t.name }}{{ forloop.index }}{% endfor %}', [['inputs', 'list']]],
    ['{% assign x = inputs.a %}{{ x }}', [['inputs', 'a']]],
    [
      '{{ inputs.list[inputs.index] }}',
      [
        ['inputs', 'list'],
        ['inputs', 'index'],
      ],
    ],
  ])('%s refers to what it names, and not to its own variables', (source, references) => {
    expect(compileTemplate(source).references).toEqual(references)
  })

  it('cannot reach what an object only inherits', () => {
    for (const source of ['{{ inputs.constructor }}', '{{ inputs.a.__proto__ }}', '{{ inputs.a.toString }}'])
      expect(() => evaluate(source, { a: {} })).toThrow(expect.objectContaining({ code: 'MISSING_VALUE' }))
  })

  it('cannot read files', () => {
    for (const source of ['{% include "/etc/hostname" %}', '{% render "package.json" %}', '{% layout "x" %}']) {
      const attempt = (): unknown => evaluate(source)
      expect(attempt).toThrow(expect.objectContaining({ code: expect.stringMatching(/EXPRESSION_/) as string }))
    }
  })

  it('is cut off when it makes too much of too little', () => {
    const grows = '{% assign x = "0123456789" %}{% for i in (1..40) %}{% assign x = x | append: x %}{% endfor %}{{ x }}'
    expect(() => evaluate(grows)).toThrow(expect.objectContaining({ code: 'EXPRESSION_FAILED' }))
    expect(() => evaluate('{% for i in (1..1000000000) %}{{ i }}{% endfor %}')).toThrow(
      expect.objectContaining({ code: 'EXPRESSION_FAILED' }),
    )
  })

  it('does not run what a value says', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('{{ inputs.secret }}', '{% raw %}', '}}{{ inputs.secret }}', '{%endif%}', "' | upcase"),
    )
    fc.assert(
      fc.property(text, (value) => {
        const inputs = { value, secret: 'the secret' }
        expect(evaluate('{{ inputs.value }}', inputs)).toBe(value)
        expect(evaluate('<{{ inputs.value }}>', inputs)).toBe(`<${value}>`)
        expect(compileCondition('inputs.value == "the secret"').evaluate(scope(inputs))).toBe(false)
      }),
      { numRuns: runs },
    )
  })

  it('gives for a bare reference what the language itself gives, and fails where that fails', () => {
    const key = fc.constantFrom('a', 'b', 'size', 'first', 'last', 'length', 'constructor', 'toString', '__proto__', 'hasOwnProperty')
    const value = fc.jsonValue({ maxDepth: 1 })
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof({ maxDepth: 3 }, value, fc.constantFrom('', 'text', '\u{1F600}'), fc.array(tie('node'), { maxLength: 3 }), tie('map')),
      map: fc.dictionary(key, tie('node'), { maxKeys: 4 }),
    }))
    fc.assert(
      fc.property(
        node,
        fc.array(key, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('inputs', 'steps', 'nothing'),
        (inputs, keys, root) => {
          const path = [root, ...keys].join('.')
          const ending = (source: string): unknown => {
            try {
              return { value: compileTemplate(source).evaluate({ inputs, steps: [inputs, { a: inputs }] }) }
            } catch (error) {
              return { code: PipewrightError.isInstance(error) ? error.code : error }
            }
          }
          const plain = ending(`{{ ${path} }}`)
          // Brackets around its first key make it more than a bare reference, and mean the same.
          const [first = '', ...rest] = keys
          expect(plain).toEqual(ending(`{{ ${root}["${first}"]${rest.map((name) => `.${name}`).join('')} }}`))
        },
      ),
      { numRuns: runs },
    )
  })

  it('is compiled or refused with a code, whatever it is', () => {
    const piece = fc.oneof(
      fc.constantFrom('{{', '}}', '{%', '%}', ' if ', 'endif', '|', 'inputs.a', '"', "'", '[', ']', '.', '-', '..', '\n'),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        for (const compile of [compileTemplate, compileCondition]) {
          try {
            compile(pieces.join('')).evaluate(scope({ a: 1 }))
          } catch (error) {
            expect(PipewrightError.isInstance(error), String(error)).toBe(true)
          }
        }
      }),
      { numRuns: runs },
    )
  })
})

describe('a condition', () => {
  it.each<[string, boolean]>([
    ['inputs.n > 3', true],
    ['{{ inputs.n > 3 }}', true],
    ['inputs.n == 4 and inputs.list contains "a"', true],
    ['inputs.absent', false],
    ['inputs.list.size == 0', false],
    ['inputs.empty', false],
    ['inputs.nothing < 3', false],
    ['inputs.nothing >= 0', false],
    ['0 <= inputs.nothing', false],
    ['inputs.nothing == nil', true],
    ['inputs.n >= 4 and inputs.n <= 4', true],
  ])('%s is %s', (source, holds) => {
    expect(compileCondition(source).evaluate(scope({ n: 4, list: ['a'], empty: '', nothing: null }))).toBe(holds)
  })

  it.each(['', 'inputs.a %}{% assign x = 1 %}', '{% if true %}', '{{ inputs.a }} {{ inputs.b }}'])('%s is none', (source) => {
    expect(() => compileCondition(source)).toThrow(expect.objectContaining({ code: 'EXPRESSION_SYNTAX' }))
  })
})

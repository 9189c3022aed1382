import { createManualClock, createStepContext, testStep } from '@pipewright/kernel/conformance'
import { describe, expect, test } from 'vitest'
import { limitPatterns } from './limit-patterns.js'
import { transformStep } from './transform-step.js'

const tickets = [
  { id: 1, urgency: 'high', cost: 3 },
  { id: 2, urgency: 'low', cost: 5 },
  { id: 3, urgency: 'high', cost: 7 },
]

testStep(transformStep, {
  examples: [
    { name: 'a filter', input: { input: tickets, expression: "$[urgency = 'high'].id" } },
    { name: 'an aggregate', input: { input: tickets, expression: '$sum(cost)' } },
    { name: 'groups', input: { input: tickets, expression: '$ { urgency: $count($) }' } },
    { name: 'nothing', input: { input: tickets, expression: 'nowhere' } },
  ],
  refused: [{}, { input: 1 }, { expression: '' }, { input: 1, expression: 7 }],
})

async function transform(input: unknown, expression: string): Promise<unknown> {
  return transformStep.run({ input, expression }, (await createStepContext()).context)
}

describe('what an expression gives', () => {
  test.each([
    ['$[urgency = "high"][]', [tickets[0], tickets[2]]],
    ['$[urgency = "low"][]', [tickets[1]]],
    ['$[urgency = "none"][]', []],
    ['$[urgency = "none"].id[]', []],
    ['$[0].id[]', [1]],
    ['$count($)[]', [3]],
    ['$distinct(urgency)[]', ['high', 'low']],
  ])('%s is always a list', async (expression, expected) => {
    expect(await transform(tickets, expression)).toEqual(expected)
  })

  test.each([
    ['$[urgency = "none"]', null],
    ['$[id = 2].cost', 5],
    ['{ "a": nowhere, "b": null, "c": [] }', { b: null, c: [] }],
    ['[1, [2], []]', [1, [2], []]],
    ['"a" in ["a"]', true],
  ])('%s', async (expression, expected) => {
    expect(await transform(tickets, expression)).toEqual(expected)
  })

  test('is plain data, without the language’s marks', async () => {
    const result = await transform(tickets, '$.id')
    expect(Object.getOwnPropertyNames(result)).toEqual(['0', '1', '2', 'length'])
  })

  test.each(['$f := function($x) { $x }', '{ "f": function($x) { $x } }', '$sum'])('cannot be a function: %s', async (expression) => {
    await expect(transform(1, expression)).rejects.toMatchObject({
      code: 'EXPRESSION_FAILED',
      message: expect.stringContaining('function') as string,
    })
  })
})

describe('an expression that fails', () => {
  test('says where and why', async () => {
    await expect(transform({ a: 'x' }, '(\n  $b := 1;\n  $b + a\n)')).rejects.toMatchObject({
      code: 'EXPRESSION_FAILED',
      message: expect.stringMatching(/at line 3, column \d+: .*"\+".*number/) as string,
    })
  })

  test('that cannot be read says where', async () => {
    await expect(transform(1, '$[')).rejects.toMatchObject({
      code: 'EXPRESSION_FAILED',
      message: expect.stringContaining('line 1') as string,
    })
  })

  test('by its author’s own words says only those', async () => {
    await expect(transform({ n: 3 }, '$error("the file has " & n & " columns")')).rejects.toMatchObject({
      message: 'the file has 3 columns',
    })
    const withWayOut = transform({ n: 3 }, '$error("There are " & n & " columns.\\nTake one away,\\nor two.")')
    await expect(withWayOut).rejects.toMatchObject({ message: 'There are 3 columns.', hint: 'Take one away, or two.' })
    await expect(transform({ n: 3 }, '$assert(n = 4, "four are needed")')).rejects.toMatchObject({ message: 'four are needed' })
  })

  test.each(['$now()', '$millis()', '$random()', '$shuffle([1,2])', '$eval("1+1")', '$map([1], $random)'])(
    'cannot use clock, chance or code made of text: %s',
    async (expression) => {
      await expect(transform(1, expression)).rejects.toMatchObject({
        code: 'EXPRESSION_FAILED',
        message: expect.stringContaining('not available') as string,
      })
    },
  )

  test.each(['$.constructor', '$.__proto__', '$lookup($, "constructor")', '$toString', '$string.constructor'])(
    'does not reach into the program that runs it: %s',
    async (expression) => {
      const result = await transform({ a: 1 }, expression).catch((error: unknown) => error)
      expect(result === null || (result as { code?: string }).code === 'EXPRESSION_FAILED').toBe(true)
    },
  )
})

describe('an expression without end', () => {
  test('is stopped when it recurses too deep', async () => {
    await expect(transform(1, '($f := function($x) { 1 + $f($x) }; $f(1))')).rejects.toMatchObject({
      code: 'EXPRESSION_FAILED',
      message: expect.stringContaining('levels deep') as string,
    })
  })

  test('is stopped when it recurses through objects, whose values are evaluated side by side', async () => {
    await expect(transform(1, '($f := function($x) { { "deeper": $f($x + 1) } }; $f(1))')).rejects.toMatchObject({
      code: 'EXPRESSION_FAILED',
    })
  })

  test('may recurse over a few hundred levels', async () => {
    expect(await transform(1, '($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(300))')).toBe(300)
  })

  test('is stopped when it computes too long', async () => {
    const clock = createManualClock()
    const now = (): number => {
      clock.advance(1000)
      return clock.now()
    }
    const { context } = await createStepContext({ overrides: { clock: { ...clock, now } } })
    const endless = transformStep.run({ input: 1, expression: '($f := function($x) { $f($x + 1) }; $f(1))' }, context)
    await expect(endless).rejects.toMatchObject({ code: 'STEP_TIMEOUT', retryable: false })
  })

  test('is stopped in the middle when its run ends', async () => {
    const stop = new AbortController()
    const { context } = await createStepContext({ overrides: { signal: stop.signal } })
    const endless = transformStep.run({ input: 1, expression: '($f := function($x) { $f($x + 1) }; $f(1))' }, context)
    setTimeout(() => stop.abort(new Error('cancelled')), 20)
    await expect(endless).rejects.toThrow('cancelled')
  })

  test('ends on a pattern that backtracks without end', async () => {
    limitPatterns()
    expect(await transform(`${'a'.repeat(60)}b`, '$contains($, /^(a+)+$/)')).toBe(false)
  })
})

describe('10,000 records', () => {
  const records = Array.from({ length: 10_000 }, (_, index) => ({ id: index, name: `n${index % 100}`, group: index % 7 }))

  test('are made distinct without comparing each with each', async () => {
    expect(await transform([...records, ...records], '$count($distinct($))')).toBe(10_000)
    expect(await transform(records, '$distinct(name)')).toHaveLength(100)
  })

  test('are distinct as JSONata means it', async () => {
    expect(await transform([{ a: 1, b: 2 }, { b: 2, a: 1 }, '1', 1, [1], [1], null], '$distinct($)')).toEqual([
      { a: 1, b: 2 },
      '1',
      1,
      [1],
      null,
    ])
    expect(await transform([{ a: 1 }, { a: 1 }], '$distinct(a)')).toBe(1)
    expect(await transform([{ a: 1 }, { a: 1 }], '$distinct([a])')).toEqual([1])
    expect(await transform({}, '$distinct(nowhere)')).toBeNull()
  })

  test('are sorted, those that compare as equal in their old order', async () => {
    const sorted = await transform(records, '$sort($, function($a, $b) { $a.group < $b.group }).id')
    const expected = records.toSorted((left, right) => right.group - left.group).map(({ id }) => id)
    expect(sorted).toEqual(expected)
    expect(await transform(records.toReversed(), '$sort(id)[[0..2]]')).toEqual([0, 1, 2])
    expect(await transform(['b', 'a', 'B', ''], '$sort($)')).toEqual(['', 'B', 'a', 'b'])
  })

  test('are sorted as JSONata means it', async () => {
    expect(await transform(3, '$sort($)')).toEqual([3])
    expect(await transform({}, '$sort(nowhere)')).toBeNull()
    expect(await transform([3, 1, 2], '$sort($, function($a, $b) { $b > $a })')).toEqual([3, 2, 1])
    await expect(transform([1, 'a'], '$sort($)')).rejects.toMatchObject({ code: 'EXPRESSION_FAILED', details: { code: 'D3070' } })
    await expect(transform([{}, {}], '$sort($)')).rejects.toMatchObject({ message: expect.stringContaining('single argument') as string })
  })

  test('may make as many groups as there are records', async () => {
    const grouped = await transform(records, '${ "k" & id: { "name": $uppercase(name[0]), "count": $count($) } }')
    expect(Object.keys(grouped as object)).toHaveLength(10_000)
    expect(grouped).toMatchObject({ k9999: { name: 'N99', count: 1 } })
  })

  test('are filtered, grouped and mapped', async () => {
    expect(await transform(records, '$[group = 3 and id > 9000][]')).toHaveLength(143)
    expect(await transform(records, '${ $string(group): $max(id) }')).toMatchObject({ '0': 9996, '6': 9995 })
    expect(await transform(records, '$map($, function($r) { $r.id * 2 })')).toHaveLength(10_000)
  })
})

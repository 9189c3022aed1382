import { createManualClock, createStepContext, testStep } from '@pipewright/kernel/conformance'
import { describe, expect, test } from 'vitest'
import { dataStep } from './data-step.js'

const orders = [
  { id: 1, customer: 'ada', total: 30, paid: true },
  { id: 2, customer: 'bob', total: 5, paid: false },
  { id: 3, customer: 'ada', total: 12, paid: true },
  { id: 4, customer: 'eve', total: null, paid: false },
]
const customers = [
  { name: 'ada', city: 'Bonn' },
  { name: 'bob', city: 'Köln' },
]

testStep(dataStep, {
  examples: [
    { name: 'a filter', input: { input: orders, operations: [{ filter: 'paid' }] } },
    {
      name: 'fields',
      input: {
        input: orders,
        operations: [{ derive: { tax: 'total != null ? total * 0.19' } }, { rename: { id: 'order' } }, { drop: ['paid'] }],
      },
    },
    {
      name: 'the best',
      input: { input: orders, operations: [{ sort: { by: 'total', descending: true } }, { limit: 2 }, { select: ['id'] }] },
    },
    { name: 'groups', input: { input: orders, operations: [{ group: { by: 'customer', aggregates: { sum: { sum: 'total' } } } }] } },
    { name: 'one map', input: { input: orders, operations: [{ aggregate: { orders: { count: true } } }] } },
    { name: 'two lists', input: { input: orders, operations: [{ join: { with: customers, on: { customer: 'name' }, kind: 'left' } }] } },
    {
      name: 'plain values',
      input: {
        input: [3, [1, 2], 3],
        operations: [{ flatten: {} }, { distinct: {} }, { sort: {} }, { map: '$ * $by' }],
        variables: { by: 2 },
      },
    },
  ],
  refused: [
    {},
    { input: [] },
    { input: {}, operations: [{ limit: 1 }] },
    { input: [], operations: [] },
    { input: [], operations: [{}] },
    { input: [], operations: [{ limit: 1, filter: 'a' }] },
    { input: [], operations: [{ where: 'a' }] },
    { input: [], operations: [{ aggregate: { n: { count: true } } }, { limit: 1 }] },
    { input: [], operations: [{ aggregate: { n: { count: true, sum: 'a' } } }] },
    { input: [], operations: [{ aggregate: { n: { total: 'a' } } }] },
    { input: [], operations: [{ limit: -1 }] },
    { input: [], operations: [{ join: { with: [], on: 'a', kind: 'outer' } }] },
    { input: [], operations: [{ limit: 1 }], variables: { 'not a name': 1 } },
  ],
})

type Given = Parameters<typeof dataStep.run>[0]

async function work(input: unknown, operations: unknown[], variables?: Given['variables']): Promise<unknown> {
  const { context } = await createStepContext()
  return dataStep.run(dataStep.input.parse({ input, operations, ...(variables ? { variables } : {}) }), context)
}

describe('each operation', () => {
  test.each<[string, unknown, unknown, unknown]>([
    ['filter, where a field may be missing', { filter: 'a > 1' }, [{ a: 2 }, {}, { a: 1 }], [{ a: 2 }]],
    ['filter, where a field may be null', { filter: 'a != null and a > 1' }, [{ a: 2 }, {}, { a: null }], [{ a: 2 }]],
    ['map', { map: '{ "twice": a * 2 }' }, [{ a: 2 }, { a: 3 }], [{ twice: 4 }, { twice: 6 }]],
    ['map to nothing', { map: 'b' }, [{ a: 2 }], [null]],
    ['map to lists', { map: 'a[]' }, [{ a: 2 }, {}], [[2], []]],
    ['derive, from the record as it was', { derive: { a: 'a + 1', b: 'a', c: 'nowhere' } }, [{ a: 2 }], [{ a: 3, b: 2, c: null }]],
    ['select, in its own order', { select: ['b', 'a'] }, [{ a: 1, b: 2, c: 3 }, { a: 4 }], [{ b: 2, a: 1 }, { a: 4 }]],
    ['rename, two of them round', { rename: { a: 'b', b: 'a' } }, [{ a: 1, b: 2 }], [{ b: 1, a: 2 }]],
    ['drop', { drop: ['a'] }, [{ a: 1, b: 2 }, { b: 3 }], [{ b: 2 }, { b: 3 }]],
    ['limit', { limit: 2 }, [1, 2, 3], [1, 2]],
    ['limit to nothing', { limit: 0 }, [1], []],
    ['distinct, whatever the order of keys', { distinct: {} }, [{ a: 1, b: [2] }, { b: [2], a: 1 }, '1', 1], [{ a: 1, b: [2] }, '1', 1]],
    [
      'distinct by fields',
      { distinct: { by: ['a', 'b'] } },
      [
        { a: 1, c: 1 },
        { a: 1, b: null },
        { a: 1, b: 2 },
      ],
      [
        { a: 1, c: 1 },
        { a: 1, b: 2 },
      ],
    ],
    ['flatten', { flatten: {} }, [[1, [2]], 3, []], [1, [2], 3]],
    [
      'flatten a field',
      { flatten: { field: 'tags' } },
      [{ id: 1, tags: ['x', 'y'] }, { id: 2, tags: [] }, { id: 3 }, { id: 4, tags: [['z']] }],
      [
        { id: 1, tags: 'x' },
        { id: 1, tags: 'y' },
        { id: 4, tags: ['z'] },
      ],
    ],
    ['sort of values', { sort: {} }, [10, 9, null, -1], [-1, 9, 10, null]],
    ['sort of texts that are numbers', { sort: { descending: true } }, ['9', '10', '', '1e1', '-3'], ['10', '1e1', '9', '-3', '']],
    ['sort of texts', { sort: {} }, ['b', '10', 'B', 'a'], ['10', 'B', 'a', 'b']],
    ['sort of answers', { sort: { by: 'ok' } }, [{ ok: true }, { ok: false }], [{ ok: false }, { ok: true }]],
    [
      'sort by several',
      { sort: { by: ['a', 'b'], descending: true } },
      [{ a: 1, b: 'x' }, { a: 2 }, { b: 'z' }, { a: 1, b: 'y' }],
      [{ a: 2 }, { a: 1, b: 'y' }, { a: 1, b: 'x' }, { b: 'z' }],
    ],
  ])('%s', async (_name, operation, input, expected) => {
    expect(await work(input, [operation])).toEqual(expected)
  })

  test('select gives the fields in the order named', async () => {
    const [first] = (await work([{ a: 1, b: 2 }], [{ select: ['b', 'a'] }])) as [object]
    expect(Object.keys(first)).toEqual(['b', 'a'])
  })

  test('group, with everything that can be said of a group', async () => {
    const aggregates = {
      orders: { count: true },
      known: { count: 'total' },
      sum: { sum: 'total' },
      average: { average: 'total' },
      least: { min: 'total' },
      most: { max: 'total' },
      first: { first: 'id' },
      ids: { list: 'id' },
    }
    expect(await work(orders, [{ group: { by: 'customer', aggregates } }])).toEqual([
      { customer: 'ada', orders: 2, known: 2, sum: 42, average: 21, least: 12, most: 30, first: 1, ids: [1, 3] },
      { customer: 'bob', orders: 1, known: 1, sum: 5, average: 5, least: 5, most: 5, first: 2, ids: [2] },
      { customer: 'eve', orders: 1, known: 0, sum: 0, average: null, least: null, most: null, first: 4, ids: [4] },
    ])
  })

  test('group, with the records themselves when nothing is said', async () => {
    expect(await work([{ a: 1, b: 1 }, { b: 2 }, { a: 1 }], [{ group: { by: ['a'] } }])).toEqual([
      { a: 1, items: [{ a: 1, b: 1 }, { a: 1 }] },
      { a: null, items: [{ b: 2 }] },
    ])
  })

  test('aggregate, of texts that are numbers as tables have them, and of nothing', async () => {
    const aggregate = { sum: { sum: 'n' }, max: { max: 'n' }, first: { first: true }, word: { min: 'w' }, yes: { max: 'y' } }
    expect(await work([{ n: '9.5', w: 'b', y: false }, { n: ' 10 ', w: 'a', y: true }, { n: '' }], [{ aggregate }])).toEqual({
      sum: 19.5,
      max: 10,
      first: { n: '9.5', w: 'b', y: false },
      word: 'a',
      yes: true,
    })
    expect(await work([], [{ aggregate }])).toEqual({ sum: 0, max: null, first: null, word: null, yes: null })
  })

  test.each<[string, object, unknown]>([
    [
      'inner',
      {},
      [
        { id: 1, customer: 'ada', city: 'Bonn' },
        { id: 2, customer: 'bob', city: 'Köln' },
      ],
    ],
    [
      'left',
      { kind: 'left' },
      [
        { id: 1, customer: 'ada', city: 'Bonn' },
        { id: 2, customer: 'bob', city: 'Köln' },
        { id: 3, customer: 'eve', city: null },
        { id: 4, city: null },
      ],
    ],
    [
      'with a prefix',
      { prefix: 'customer_' },
      [
        { id: 1, customer: 'ada', customer_city: 'Bonn' },
        { id: 2, customer: 'bob', customer_city: 'Köln' },
      ],
    ],
  ])('join: %s', async (_name, options, expected) => {
    const input = [{ id: 1, customer: 'ada' }, { id: 2, customer: 'bob' }, { id: 3, customer: 'eve' }, { id: 4 }]
    expect(await work(input, [{ join: { with: customers, on: { customer: 'name' }, ...options } }])).toEqual(expected)
  })

  test('join, numbers with the texts of them, several to one, and nothing with nothing', async () => {
    const other = [{ id: '1', b: 'x' }, { id: 1, b: 'y' }, { id: '', b: 'z' }, { b: 'none' }]
    expect(await work([{ id: 1 }, { id: '' }, { id: null }], [{ join: { with: other, on: 'id' } }])).toEqual([
      { id: 1, b: 'x' },
      { id: 1, b: 'y' },
    ])
  })
})

describe('what is wrong', () => {
  test.each<[unknown[], unknown, string, string?]>([
    [[{ limit: 9 }, { sort: { by: 'totl' } }], orders, 'Operation 2 (sort): no record has a field "totl".', 'Did you mean "total"?'],
    [[{ select: ['id', 'x'] }], orders, 'Operation 1 (select): no record has a field "x".'],
    [[{ drop: ['passwrod'] }], [{ password: 1 }], 'Operation 1 (drop): no record has a field "passwrod".', 'Did you mean "password"?'],
    [[{ group: { by: 'customer', aggregates: { sum: { sum: 'cost' } } } }], orders, 'Operation 1 (group): no record has a field "cost".'],
    [[{ aggregate: { sum: { sum: 'customer' } } }], orders, 'Operation 1 (aggregate): "customer" is a text in record 1, not a number.'],
    [
      [{ sort: { by: 'a' } }],
      [{ a: 1 }, { a: 'x' }],
      'Operation 1 (sort): "a" is a text in record 2, and a number in another: they cannot be compared.',
    ],
    [[{ sort: {} }], [{ a: 1 }], 'Operation 1 (sort): the value is a map in record 1: they cannot be compared.'],
    [[{ select: ['a'] }], [{ a: 1 }, 7], 'Operation 1 (select): record 2 is a number, not a map of fields.'],
    [[{ filter: 'id' }], orders, 'Operation 1 (filter): record 1: the condition gives a number, not true or false.'],
    [[{ rename: { id: 'total' } }], orders, 'Operation 1 (rename): record 1 would have two fields "total".'],
    [[{ group: { by: 'id', aggregates: { id: { count: true } } } }], orders, 'Operation 1 (group): "id" is a field of the groups already.'],
    [[{ flatten: { field: 'id' } }], orders, 'Operation 1 (flatten): "id" is a number in record 1, not a list.'],
    [
      [{ join: { with: [{ id: 1, total: 2 }], on: 'id' } }],
      orders,
      'Operation 1 (join): both lists have a field "total".',
      'Give a prefix',
    ],
    [[{ join: { with: customers, on: 'customer' } }], orders, 'Operation 1 (join): no record of the other list has a field "customer".'],
    [[{ join: { with: [1], on: 'customer' } }], orders, 'Operation 1 (join): record 1 of the other list is a number, not a map of fields.'],
  ])('is said with its operation and record: %j', async (operations, input, message, hint = '') => {
    await expect(work(input, operations)).rejects.toMatchObject({
      code: 'STEP_INPUT_INVALID',
      message,
      hint: expect.stringContaining(hint) as string,
    })
  })

  test.each([
    [[{ map: 'a + 1' }], /^Operation 1 \(map\): record 2: The JSONata expression failed at line 1, column \d+: .*number/],
    [[{ derive: { b: '$now()' } }], /^Operation 1 \(derive\): record 1: \$now\(\) is not available/],
    [[{ filter: 'a >' }], /^Operation 1 \(filter\): The JSONata expression failed/],
  ])('in an expression: %j', async (operations, message) => {
    await expect(work([{ a: 1 }, { a: 'x' }], operations)).rejects.toMatchObject({
      code: 'EXPRESSION_FAILED',
      message: expect.stringMatching(message) as string,
      details: { operation: 1 },
    })
  })

  test('with null in an expression is said with the way out', async () => {
    await expect(work([{ total: null }], [{ filter: 'total > 5' }])).rejects.toMatchObject({
      code: 'EXPRESSION_FAILED',
      hint: expect.stringContaining('total != null and') as string,
    })
  })

  test('is nothing where there are no records', async () => {
    const operations = [{ filter: 'a = 1' }, { sort: { by: 'a' } }, { group: { by: 'a', aggregates: { n: { sum: 'b' } } } }]
    expect(await work([], operations)).toEqual([])
  })
})

describe('bounds', () => {
  test('a join that multiplies is stopped', async () => {
    const same = Array.from({ length: 1001 }, () => ({ a: 1 }))
    await expect(work(same, [{ join: { with: same, on: 'a' } }])).rejects.toThrow('more than 1,000,000 records')
  })

  test('expressions over all records together have the time of one', async () => {
    const clock = createManualClock()
    const { context } = await createStepContext({ overrides: { clock: { ...clock, now: () => (elapsed += 20_000) } } })
    let elapsed = 0
    const input = dataStep.input.parse({ input: [1, 2, 3, 4, 5, 6], operations: [{ map: '$' }] })
    await expect(dataStep.run(input, context)).rejects.toMatchObject({ code: 'STEP_TIMEOUT', retryable: false })
  })

  test('fields may have any name', async () => {
    const record = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}') as object
    expect(JSON.stringify(await work([record], [{ select: ['__proto__', 'constructor'] }, { rename: { constructor: 'toString' } }]))).toBe(
      '[{"__proto__":{"polluted":1},"toString":2}]',
    )
    await expect(work([{ a: 1 }], [{ sort: { by: 'toString' } }])).rejects.toThrow('no record has a field')
  })
})

test('variables are the same for all records, and not there for others', async () => {
  expect(await work([1, 5, 9], [{ filter: '$ >= $limits.low and $ < $limits.high' }], { limits: { low: 5, high: 9 } })).toEqual([5])
  expect(await work([1], [{ map: '$limits' }])).toEqual([null])
})

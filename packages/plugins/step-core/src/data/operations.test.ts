import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { aggregateRecords } from './aggregates.js'
import { distinctRecords, sortRecords } from './arrange.js'
import { groupRecords } from './group.js'
import { joinRecords } from './join.js'
import type { DataRecord } from './records.js'

// What each operation means, said as simply as can be and without regard to speed, to hold the real ones against.

/** Few values, so that many are the same; what is empty in each of its ways. */
const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(null, ''))
const row = fc.record({ a: number, b: fc.constantFrom('x', 'y', 'z', null), n: fc.nat() }, { requiredKeys: ['n'] })
/** The first record has every field, so that none is unknown. */
const table = fc.array(row, { maxLength: 30 }).map((rows): DataRecord[] => [{ a: 0, b: 'x', n: -1 }, ...rows])

const value = (record: DataRecord, field: string): unknown => record[field] ?? null
const isSame = (left: DataRecord, right: DataRecord, fields: readonly string[]): boolean =>
  fields.every((field) => isDeepStrictEqual(value(left, field), value(right, field)))
const filled = (records: readonly DataRecord[], field: string): unknown[] =>
  records.map((record) => value(record, field)).filter((each) => each !== null && each !== '')
const fieldsToTry = fc.constantFrom<string[]>(['a'], ['b'], ['a', 'b'], ['b', 'a'])

describe('against a naive reference', () => {
  test('sort gives the same records, in order, and those that are equal in their old order', () => {
    fc.assert(
      fc.property(table, fieldsToTry, fc.boolean(), (records, by, descending) => {
        const before = (left: DataRecord, right: DataRecord): boolean => {
          for (const field of by) {
            const [one, other] = [left, right].map((record) => filled([record], field)[0] as number | string | undefined)
            if (one === other) continue
            if (one === undefined || other === undefined) return other === undefined
            return descending ? one > other : one < other
          }
          return false
        }
        // Insertion sort: each goes behind the last one that it does not stand before.
        const expected: DataRecord[] = []
        for (const record of records) {
          let place = expected.length
          for (let above = expected[place - 1]; above && before(record, above); above = expected[place - 1]) place--
          expected.splice(place, 0, record)
        }
        expect(sortRecords(records, { by, descending })).toEqual(expected)
      }),
    )
  })

  test('distinct keeps each first one', () => {
    fc.assert(
      fc.property(table, fieldsToTry, (records, by) => {
        const expected = records.filter((record, index) => !records.slice(0, index).some((earlier) => isSame(record, earlier, by)))
        expect(distinctRecords(records, { by })).toEqual(expected)
      }),
    )
  })

  test('group puts every record into one group, and says of each what aggregating it alone says', () => {
    const aggregates = {
      n: { sum: 'n' },
      least: { min: 'a' },
      most: { max: 'a' },
      mean: { average: 'a' },
      known: { count: 'b' },
      all: { list: true },
    } as const
    fc.assert(
      fc.property(table, fieldsToTry, (records, by) => {
        const firsts = records.filter((record, index) => !records.slice(0, index).some((earlier) => isSame(record, earlier, by)))
        const expected = firsts.map((first) => {
          const members = records.filter((record) => isSame(record, first, by))
          const numbers = filled(members, 'a') as number[]
          return {
            ...Object.fromEntries(by.map((field) => [field, value(first, field)])),
            n: members.reduce((total, member) => total + (member['n'] as number), 0),
            least: numbers.length === 0 ? null : Math.min(...numbers),
            most: numbers.length === 0 ? null : Math.max(...numbers),
            mean: numbers.length === 0 ? null : numbers.reduce((total, each) => total + each, 0) / numbers.length,
            known: filled(members, 'b').length,
            all: members,
          }
        })
        expect(groupRecords(records, { by, aggregates })).toEqual(expected)
        expect(aggregateRecords(records, { n: { sum: 'n' } })['n']).toBe(expected.reduce((total, { n }) => total + n, 0))
      }),
    )
  })

  test('join finds every pair, and left keeps everything', () => {
    fc.assert(
      fc.property(table, table, fc.constantFrom('inner' as const, 'left' as const), (left, right, kind) => {
        const joined = joinRecords(left, { with: right, on: 'a', kind, prefix: 'other_' })
        const expected = left.flatMap((record) => {
          const pairs = right.filter((other) => filled([record], 'a').length === 1 && isSame(record, other, ['a']))
          const rows = pairs.map((other) => ({ ...record, other_b: value(other, 'b'), other_n: other['n'] }))
          return rows.length > 0 || kind === 'inner' ? rows : [{ ...record, other_b: null, other_n: null }]
        })
        expect(joined).toEqual(expected)
      }),
    )
  })
})

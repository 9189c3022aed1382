import { expect, test } from 'vitest'
import { correctSpelling, vocabularyOf } from './correct-spelling.js'

const vocabulary = vocabularyOf(['duplicate rows in a table', 'table of release notes', 'remove duplicates', 'about commits'])

test.each([
  ['duplcate rows', 'duplicate rows'],
  ['relaese nots', 'release notes'],
  ['abuot comits', 'about commits'],
  ['Tabel', 'table'],
])('%s is read as %s', (text, expected) => expect(correctSpelling(text, vocabulary)).toBe(expected))

test.each(['zebra crossing', 'row', 'the', 'duplicate', 'tablet computers', 'stable'])('%s stays as it is', (text) => {
  expect(correctSpelling(text, [...vocabulary, 'tablet'])).toBe(text)
})

test('the word met most often comes first, so that it wins over another that is as near', () => {
  expect(vocabulary[0]).toBe('table')
  expect(correctSpelling('cabbe', vocabularyOf(['cable cabby', 'cabby']))).toBe('cabby')
})

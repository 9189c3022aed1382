import { describe, expect, test } from 'vitest'
import type { Listing } from '../listing.js'
import { listingFromPackage } from '../listing-from-package.js'
import { starterPackages } from '../starter-library.js'
import { parseIndex, serialiseIndex } from './index-file.js'
import { buildIndex, indexByWords, searchIndex } from './search-index.js'

const listings = (await starterPackages()).map((folder) => listingFromPackage(folder, 'beta'))
const index = buildIndex(listings)
const best = (text: string): string => searchIndex(index, { text })[0]?.name.replace('@pipewright/', '') ?? ''

describe('a search', () => {
  test.each([
    ['clean up people.csv: missing values and duplicate rows', 'csv-clean'],
    ['triage tickets.csv', 'ticket-triage'],
    ['sentiment of reviews.csv', 'sentiment-report'],
    ['write a blog post about moss', 'blog-post'],
    ['review change.diff', 'code-review'],
    ['changelog from commits.tsv', 'changelog'],
    ['summarise paper.md', 'paper-summary'],
    ['what does lease.txt say about pets?', 'document-qa'],
  ])('takes a plain request for what it is: %s', (text, name) => {
    const [first] = searchIndex(index, { text })
    expect(first).toMatchObject({ name: `@pipewright/${name}`, kind: 'template', maturity: 'beta' })
    expect(first?.score).toBeGreaterThan(0.7)
    expect(first?.reasons.join()).toContain('sounds like')
  })

  test.each([
    ['cleen upp my tabel, mising valeus and duplcate rows', 'csv-clean'],
    ['WRITE A BLGO PSOT ABUOT MOSS!!!', 'blog-post'],
    ['reveiw teh pull reqeust', 'code-review'],
    ['relaese noets form git comits', 'changelog'],
  ])('reads over typing errors and capitals: %s', (text, name) => expect(best(text)).toBe(name))

  test.each(['', '   ', '???', '🎉🎉', 'asdf qwer', 'help me', 'x'.repeat(100_000)])('finds nothing that fits in %.20j', (text) => {
    const found = searchIndex(index, { text })
    expect(found).toHaveLength(8)
    expect(found[0]?.score).toBeLessThan(0.3)
  })

  test('gives scores between 0 and 1, best first, and ties by name', () => {
    const found = searchIndex(index, { text: 'summarise the reviews of this paper' })
    const scores = found.map(({ score }) => score)
    expect(scores).toEqual(scores.toSorted((left, right) => right - left))
    expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true)
    const even = buildIndex([bare('b-even', 'sorts shells'), bare('a-even', 'sorts shells')])
    expect(searchIndex(even, { text: 'sorts shells' }).map(({ name }) => name)).toEqual(['@x/a-even', '@x/b-even'])
  })

  test('keeps to the kind, the domain and the limit that are asked for', () => {
    expect(searchIndex(index, { text: 'review', limit: 3 })).toHaveLength(3)
    expect(searchIndex(index, { text: 'review', domain: 'code' }).map(({ domain }) => domain)).toEqual(['code', 'code'])
    expect(searchIndex(index, { text: 'review', kind: 'plugin' })).toEqual([])
  })

  test('shows a listing without examples, but never as one to take unasked', () => {
    const mixed = buildIndex([...listings, bare('tide-table', 'Computes tide tables for harbours')])
    const [first] = searchIndex(mixed, { text: 'computes tide tables for harbours' })
    expect(first).toMatchObject({ name: '@x/tide-table' })
    expect(first?.score).toBeGreaterThan(0.3)
    expect(first?.score).toBeLessThan(0.5)
    expect(first?.reasons[0]).toContain('shares the words')
  })

  test('goes by shared words alone while nothing is learnt yet, and takes nothing unasked', () => {
    const words = parseIndex(serialiseIndex(indexByWords(listings)))
    const [first] = searchIndex(words, { text: 'write relaese notes from commits' })
    expect(first).toMatchObject({ name: '@pipewright/changelog' })
    expect(first?.score).toBeLessThan(0.5)
  })

  test('works without any listing', () => {
    expect(searchIndex(buildIndex([]), { text: 'anything' })).toEqual([])
  })
})

describe('an index', () => {
  test('is the same whenever it is built from the same', () => {
    expect(serialiseIndex(buildIndex(listings))).toBe(serialiseIndex(index))
  })

  test('finds the same after it was written and read', () => {
    const read = parseIndex(serialiseIndex(index))
    for (const text of ['clean people.csv', 'what does lease.txt say about pets?', 'book a flight', 'relaese noets']) {
      const [before, after] = [searchIndex(index, { text }), searchIndex(read, { text })]
      expect(after[0]?.name).toBe(before[0]?.name)
      expect(after[0]?.score).toBeCloseTo(before[0]?.score ?? -1, 1)
    }
  })

  test('stays small enough to be loaded with every command', () => {
    expect(serialiseIndex(index).length).toBeLessThan(400_000)
  })

  test.each([
    ['not JSON', 'nonsense'],
    ['null', 'null'],
    ['another version', '{"version":1}'],
    ['cut short', serialiseIndex(index).replace(/"rarity":"[^"]*"/, '"rarity":"AAAA"')],
  ])('that cannot be used is refused: %s', (_what, text) => {
    expect(() => parseIndex(text)).toThrow(expect.objectContaining({ code: 'STATE_CORRUPT' }) as Error)
  })
})

function bare(name: string, description: string): Listing {
  return {
    name: `@x/${name}`,
    version: '1.0.0',
    kind: 'template',
    description,
    about: {},
    inputs: {},
    outputs: [],
    maturity: 'experimental',
  }
}

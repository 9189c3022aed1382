import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runTemplate } from './run-template.js'

const shared = join(import.meta.dirname, '../../../shared/data')
const fixture = join(import.meta.dirname, 'fixtures/commits.tsv')

interface Outputs {
  readonly total: number
  readonly conventional: number
  readonly non_conventional: number
  readonly groups: Readonly<Record<string, number>>
  readonly period: { readonly from: string; readonly to: string }
  readonly breaking: readonly { readonly ref: string }[]
  readonly sections: readonly { readonly title: string; readonly count: number }[]
  readonly changelog: string
}

/** The figures of a list of commits, counted in plain code. */
function countCommits(path: string): Omit<Outputs, 'sections' | 'changelog'> {
  const commits = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
  const groups: Record<string, number> = {}
  const breaking: { ref: string }[] = []
  let conventional = 0
  for (const [hash = '', , raw = ''] of commits) {
    const subject = raw.trim()
    const match = /^(\w+)(?:\([^)]*\))?(!?): /.exec(subject)
    if (match) conventional++
    if (match?.[2] === '!' || subject.includes('BREAKING CHANGE')) breaking.push({ ref: hash })
    const type = match?.[1]?.toLowerCase() ?? plainType(subject)
    groups[type] = (groups[type] ?? 0) + 1
  }
  const dates = commits.map(([, date = '']) => date).sort()
  return {
    total: commits.length,
    conventional,
    non_conventional: commits.length - conventional,
    groups,
    period: { from: dates[0] ?? '', to: dates.at(-1) ?? '' },
    breaking,
  }
}

function plainType(subject: string): string {
  if (subject.startsWith('Merge ')) return 'merge'
  if (subject.startsWith('Revert ')) return 'revert'
  return /^v?\d+\.\d+\.\d+/.test(subject) ? 'release' : 'other'
}

async function compare(path: string): Promise<Outputs> {
  const { status, origin, outputs } = await runTemplate<Outputs>('changelog', { commits: path })
  expect([status, origin]).toEqual(['succeeded', 'simulated'])
  expect(outputs).toMatchObject(countCommits(path))
  expect(Object.keys(outputs.groups).toSorted()).toEqual(Object.keys(countCommits(path).groups).toSorted())
  for (const { title, count } of outputs.sections) expect(outputs.changelog).toContain(`### ${title} (${count})`)
  return outputs
}

describe('changelog', { timeout: 120_000 }, () => {
  test('groups commits as plain counting does', async () => {
    expect(await compare(fixture)).toMatchObject({
      total: 12,
      conventional: 8,
      groups: { fix: 2, feat: 2 },
      breaking: [{ ref: '90aa41c3' }],
    })
  })

  test.skipIf(!existsSync(shared))('groups the last 300 commits of hono as plain counting does', async () => {
    const outputs = await compare(join(shared, 'hono-commits.tsv'))
    expect(outputs).toMatchObject({ total: 300, groups: { fix: 111, feat: 32 }, period: { from: '2026-01-10', to: '2026-08-22' } })
  })
})

import { readdir, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../conformance/temporary-folder.js'
import type { JournalStore } from '../points/store.js'
import { noUsage } from '../points/usage.js'
import { createFileStore, createMemoryFileStore, type FileStore } from './file-store.js'
import type { JournalRecord } from './journal-record.js'
import { fromJournal, keepLargeValues, toJournal } from './large-values.js'
import { createMemoryStore } from './memory-store.js'

const mebibyte = 1024 * 1024

const finished = (output: unknown, step = 'a'): JournalRecord => ({
  type: 'step-finished',
  at: 1,
  step,
  status: 'succeeded',
  output,
  attempts: 1,
  durationMs: 0,
  usage: noUsage,
  origin: null,
})

async function openJournal(files: FileStore): Promise<{ journal: JournalStore; written: () => Promise<readonly JournalRecord[]> }> {
  const { journal } = createMemoryStore(() => 0)
  await journal.create({ id: 'r', pipeline: 'p', status: 'running', startedAt: '', finishedAt: null })
  return { journal: keepLargeValues(journal, files), written: () => journal.read('r') }
}

describe('a journal with large values', () => {
  it('reads as what was written, and holds references', async () => {
    const { journal, written } = await openJournal(createMemoryFileStore())
    const items = Array.from({ length: 30_000 }, (_, index) => ({ index, text: 'é"\n', nothing: null }))
    const records: JournalRecord[] = [
      finished({ text: 'x'.repeat(2 * mebibyte) }),
      finished('small', 'b'),
      finished(items, 'c'),
      { type: 'items-listed', at: 2, step: 'd', items },
      { type: 'run-finished', at: 3, status: 'succeeded', outputs: { items }, error: null, usage: noUsage },
    ]
    await journal.append('r', records.slice(0, 3))
    expect(await journal.appendAfter('r', 2, records.slice(3))).toBe(false)
    expect(await journal.appendAfter('r', 3, records.slice(3))).toBe(true)
    expect(await journal.read('r')).toEqual(records)
    expect(await journal.read('r', 3)).toEqual(records.slice(3))
    expect(JSON.stringify(await written()).length).toBeLessThan(5_000)
  })

  it('keeps the same value once', async () => {
    const folder = await temporaryFolder()
    const { journal } = await openJournal(createFileStore(folder))
    const output = 'x'.repeat(2 * mebibyte)
    await journal.append('r', [finished(output), finished(output, 'b')])
    expect((await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())).toHaveLength(1)
  })

  it('takes no output of a step for a reference', async () => {
    const files = createMemoryFileStore()
    const { journal } = await openJournal(files)
    const stored = { file: await files.put(Buffer.from('"other"')), bytes: 7 }
    const records = [finished({ stored }), finished(stored, 'b')]
    await journal.append('r', records)
    expect(await journal.read('r')).toEqual(records)
  })

  it('says of which step a value is damaged or gone', async () => {
    const folder = await temporaryFolder()
    const { journal } = await openJournal(createFileStore(join(folder, 'files')))
    await journal.append('r', [finished('x'.repeat(2 * mebibyte), 'each[3]/draft')])
    const file = (await readdir(join(folder, 'files'), { recursive: true })).find((path) => path.length > 60) ?? ''
    await truncate(join(folder, 'files', file), 5)
    await expect(journal.read('r')).rejects.toMatchObject({
      code: 'STATE_CORRUPT',
      message: expect.stringContaining('each[3]/draft'),
      hint: expect.stringContaining('start the pipeline again'),
    })
    await rm(join(folder, 'files'), { recursive: true })
    await expect(journal.read('r')).rejects.toMatchObject({ code: 'STATE_CORRUPT', message: expect.stringContaining('each[3]/draft') })
  })
})

describe('a value', () => {
  it.each([
    ['"', mebibyte / 2 - 1],
    ['\u0001', Math.floor((mebibyte - 2) / 6)],
    ['€', Math.floor((mebibyte - 2) / 3)],
    ['x', mebibyte - 2],
  ])('of %j stands in its record up to a mebibyte of JSON, and not a character more', async (character, most) => {
    const files = createMemoryFileStore()
    expect((await toJournal(finished(character.repeat(most)), files)).stored).toBeUndefined()
    expect((await toJournal(finished(character.repeat(most + 1)), files)).stored?.bytes).toBeGreaterThan(mebibyte)
  })

  it('of any shape comes back as JSON has it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.boolean(), async (value, isLarge) => {
        const files = createMemoryFileStore()
        const record = finished(isLarge ? { value, rest: 'x'.repeat(mebibyte) } : value)
        const written = JSON.parse(JSON.stringify(await toJournal(record, files))) as JournalRecord
        expect('stored' in written).toBe(isLarge)
        expect(await fromJournal(written, files)).toEqual(JSON.parse(JSON.stringify(record)))
      }),
      { numRuns: 20 },
    )
  })
})

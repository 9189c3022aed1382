import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createManualClock, type ManualClock } from '../conformance/manual-clock.js'
import type { StepFiles } from '../points/step.js'
import { noUsage } from '../points/usage.js'
import { Memo, type Made } from './memo.js'
import { createMemoryStore } from './memory-store.js'
import { ProjectFiles } from './project-files.js'
import { digestFile, watchReads } from './watch-reads.js'

const first = { run: 'run-1', step: 'send' }
const second = { run: 'run-2', step: 'send' }
const made = (output: unknown, reads: Made['reads'] = []): Made => ({ output, origin: 'real', usage: noUsage, reads })

async function createMemo(): Promise<{
  memo: Memo
  clock: ManualClock
  files: StepFiles
  put: (path: string, text: string) => Promise<void>
}> {
  const root = await mkdtemp(join(tmpdir(), 'pipewright-memo-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const clock = createManualClock()
  const files = new ProjectFiles(root)
  const memo = new Memo(createMemoryStore(clock.now).memo, clock, (path) => digestFile(files, path))
  return { memo, clock, files, put: (path, text) => writeFile(join(root, path), text) }
}

describe('what is remembered', () => {
  it('is recalled with where it came from and when, for as long as it was to hold', async () => {
    const { memo, clock } = await createMemo()
    const at = clock.now()
    await memo.remember('cache:a', made('x'), 60_000)
    await memo.remember('cache:b', made('y'), null)
    expect(await memo.recall('cache:a')).toEqual({ ...made('x'), at, expiresAt: at + 60_000 })
    clock.advance(60_000)
    expect(await memo.recall('cache:a')).toBeNull()
    expect(await memo.recall('cache:b')).toMatchObject({ output: 'y', expiresAt: null })
  })

  it('holds no more once a file has changed, gone or come that the step looked for', async () => {
    const { memo, files, put } = await createMemo()
    await put('a.txt', 'one')
    const watched = watchReads(files)
    await watched.files.read('a.txt')
    await watched.files.read('a.txt')
    await expect(watched.files.read('b.txt')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    const reads = watched.reads()
    expect(reads).toHaveLength(2)
    await memo.remember('cache:a', made('x', reads ?? []), null)
    expect(await memo.recall('cache:a')).toMatchObject({ output: 'x' })
    await put('a.txt', 'two')
    expect(await memo.recall('cache:a')).toBeNull()
    await put('a.txt', 'one')
    expect(await memo.recall('cache:a')).toMatchObject({ output: 'x' })
    await put('b.txt', '')
    expect(await memo.recall('cache:a')).toBeNull()
  })

  it('is not what was made of a file that changed while the step ran', async () => {
    const { files, put } = await createMemo()
    await put('a.txt', 'one')
    const watched = watchReads(files)
    await watched.files.read('a.txt')
    await put('a.txt', 'two')
    await watched.files.read('a.txt')
    expect(watched.reads()).toBeNull()
  })
})

describe('what is done once', () => {
  it('is done by the one that begins it, and taken by all who come later', async () => {
    const { memo } = await createMemo()
    expect(await memo.begin('once:a', first)).toEqual({ kind: 'held' })
    expect(await memo.begin('once:a', second)).toEqual({ kind: 'busy', holder: first })
    expect(await memo.begin('once:a', first), 'a resumed run goes on with what it has begun').toEqual({ kind: 'held' })
    await memo.remember('once:a', made('sent'), null)
    expect(await memo.begin('once:a', second)).toMatchObject({ kind: 'made', entry: { output: 'sent' } })
    expect(await memo.begin('once:a', first)).toMatchObject({ kind: 'made', entry: { output: 'sent' } })
  })

  it('may be done by another when the first has given it up', async () => {
    const { memo } = await createMemo()
    await memo.begin('once:a', first)
    await memo.giveUp('once:a', second)
    expect(await memo.begin('once:a', second)).toMatchObject({ kind: 'busy' })
    await memo.giveUp('once:a', first)
    expect(await memo.begin('once:a', second)).toEqual({ kind: 'held' })
  })

  it('stays done when a file has changed since', async () => {
    const { memo } = await createMemo()
    await memo.begin('once:a', first)
    await memo.remember('once:a', made('sent', [{ path: 'gone.txt', sha256: 'f'.repeat(64) }]), null)
    expect(await memo.begin('once:a', second)).toMatchObject({ kind: 'made' })
  })
})

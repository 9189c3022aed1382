import { existsSync, openSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { createProject, pipewright, pipewrightJson } from '../support/command-line.js'
import type { RunDocument } from './fixtures/run-document.js'
import { canMount, mountSmallDisk } from './fixtures/small-disk.js'
import { expectToldPlainly } from './fixtures/spoken.js'

const binary = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'pipewright.js')
const mebibyte = 1024 * 1024

const copies = `pipeline: copies
steps:
  - { id: paid, uses: prompt, model: simulated/any, with: { prompt: Say hello. } }
  - { id: read, uses: read, needs: [paid], with: { path: large.txt } }
  - { id: write, uses: write, with: { path: out/copy.txt, content: '{{ steps.read.output.content }}', if_exists: overwrite } }
outputs: { path: '{{ steps.write.output.path }}' }
`

test.runIf(canMount)('a full disk under the files: the old file stands, and no half of a new one', async () => {
  const cwd = await createProject({ 'copies.yaml': copies, 'large.txt': 'x'.repeat(mebibyte) })
  await mountSmallDisk(join(cwd, 'out'), mebibyte / 8)
  await writeFile(join(cwd, 'out', 'copy.txt'), 'old')
  const finished = await pipewright(['run', 'copies.yaml'], { cwd })
  expect(finished.code).toBe(1)
  expectToldPlainly(finished, 'STATE_UNWRITABLE', 'copies.yaml:5:11')
  expect(finished.stderr).toMatch(/no space left/i)
  expect(await readdir(join(cwd, 'out'))).toEqual(['copy.txt'])
  expect(await readFile(join(cwd, 'out', 'copy.txt'), 'utf8')).toBe('old')
})

test.runIf(canMount)('a full disk under the state: what was recorded is intact, and the run goes on when there is space', async () => {
  const cwd = await createProject({ 'copies.yaml': copies, 'large.txt': 'x'.repeat(mebibyte) })
  const remount = await mountSmallDisk(join(cwd, '.pipewright'), mebibyte / 2)
  const full = await pipewrightJson<RunDocument>(['run', 'copies.yaml'], { cwd })
  expect(full).toMatchObject({ code: 1, document: { status: 'failed', error: { code: 'STATE_UNWRITABLE' } } })
  expect(existsSync(join(cwd, 'out'))).toBe(false)

  await remount(`size=${16 * mebibyte}`)
  const { document: journal } = await pipewrightJson<{ runs: { id: string }[] }>(['runs'], { cwd })
  const resumed = await pipewrightJson<RunDocument>(['runs', 'resume', journal.runs[0]?.id ?? ''], { cwd })
  expect(resumed).toMatchObject({ code: 0, document: { status: 'succeeded', usage: { calls: 1 } } })
  expect((await readFile(join(cwd, 'out', 'copy.txt'))).byteLength).toBe(mebibyte)
})

test.runIf(canMount)('a state that may only be read: nothing is begun', async () => {
  const cwd = await createProject({ 'copies.yaml': copies, 'large.txt': 'x' })
  const remount = await mountSmallDisk(join(cwd, '.pipewright'), mebibyte)
  await remount('ro')
  const finished = await pipewright(['run', 'copies.yaml'], { cwd })
  expect(finished.code).toBe(1)
  expectToldPlainly(finished, 'STATE_UNWRITABLE', '.pipewright/state.db')
  expect(existsSync(join(cwd, 'out'))).toBe(false)
})

test('a damaged state is said to be one, and left as it is', async () => {
  const damaged = Buffer.alloc(8192, 'not a database ')
  const cwd = await createProject({ 'copies.yaml': copies, 'large.txt': 'x', '.pipewright/state.db': damaged.toString() })
  const finished = await pipewright(['run', 'copies.yaml'], { cwd })
  expect(finished.code).toBe(1)
  expectToldPlainly(finished, 'STATE_CORRUPT', '.pipewright/state.db')
  expect(await readFile(join(cwd, '.pipewright', 'state.db'))).toEqual(damaged)
  expect(existsSync(join(cwd, 'out'))).toBe(false)
})

test('a run whose last record is damaged is said to be, by its number; others are not harmed, and nothing is thrown away', async () => {
  const cwd = await createProject({ 'copies.yaml': copies, 'large.txt': 'x' })
  for (let count = 0; count < 2; count++) await pipewright(['run', 'copies.yaml'], { cwd })
  const state = new DatabaseSync(join(cwd, '.pipewright', 'state.db'))
  onTestFinished(() => state.close())
  const records = (): unknown[] => state.prepare('select run_id, sequence, record from journal_records order by run_id, sequence').all()
  const [whole = '', damaged = ''] = state
    .prepare('select id from runs order by started_at')
    .all()
    .map(({ id }) => String(id))
  const last = Number(state.prepare('select max(sequence) as last from journal_records where run_id = ?').get(damaged)?.['last'])
  state.prepare('update journal_records set record = substr(record, 1, 20) where run_id = ? and sequence = ?').run(damaged, last)
  const before = records()

  for (const action of ['show', 'resume']) {
    const finished = await pipewright(['runs', action, damaged], { cwd })
    expect(finished.code).toBe(1)
    expectToldPlainly(finished, 'STATE_CORRUPT', '.pipewright/state.db')
    expect(finished.stderr).toContain(`Record ${last} of run ${damaged}`)
  }
  expect(records()).toEqual(before)
  const { document } = await pipewrightJson<{ runs: { id: string }[] }>(['runs'], { cwd })
  expect(document.runs.map(({ id }) => id)).toEqual([damaged, whole])
  expect(await pipewrightJson<RunDocument>(['runs', 'show', whole], { cwd })).toMatchObject({ code: 0, document: { status: 'succeeded' } })
})

test.runIf(existsSync('/dev/full'))('a result that cannot be printed is an error, and the run is kept', async () => {
  const cwd = await createProject({ 'copies.yaml': copies, 'large.txt': 'x' })
  const finished = spawnSync(process.execPath, [binary, 'run', 'copies.yaml'], {
    cwd,
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    encoding: 'utf8',
  })
  expect(finished.status).toBe(1)
  expectToldPlainly({ code: 1, stdout: '', stderr: finished.stderr }, 'STATE_UNWRITABLE')
  const { document } = await pipewrightJson<{ runs: { status: string }[] }>(['runs'], { cwd })
  expect(document.runs).toMatchObject([{ status: 'succeeded' }])
})

test('a reader that has seen enough ends the output, not the work', async () => {
  const cwd = await createProject({ 'copies.yaml': copies, 'large.txt': 'x' })
  const pipeline = `"$0" "$1" run copies.yaml --json | head -c 1; echo " \${PIPESTATUS[0]}"`
  const finished = spawnSync('bash', ['-c', pipeline, process.execPath, binary], { cwd, encoding: 'utf8' })
  expect(finished.stdout).toBe('{ 0\n')
  expect(existsSync(join(cwd, 'out', 'copy.txt'))).toBe(true)
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { systemClock } from '@pipewright/kernel'
import { temporaryFolder } from '@pipewright/kernel/conformance'
import { expect, test } from 'vitest'
import { createSqliteStore } from './sqlite-store.js'

const keys = 60

test('several processes that want the same things done do each of them once; what one has begun and died of stays held', async () => {
  const folder = await temporaryFolder()
  // There before them, so that none of them has to make the tables.
  const { memo, close } = await createSqliteStore({ clock: systemClock, durability: 'normal' }).open(folder)
  await memo.hold('once:30', { run: 'run-0', step: 'send' })
  const reports = await Promise.all([
    runWorker(folder, 'run-0', 'once:30'),
    ...['run-1', 'run-2', 'run-3'].map((run) => runWorker(folder, run, '')),
  ])
  expect(reports.map(({ signal }) => signal)).toEqual(['SIGKILL', null, null, null])
  const done = reports.flatMap(({ lines }) => lines)
  expect(new Set(done).size).toBe(keys)
  expect(done).toHaveLength(keys)
  expect(await memo.get('once:30')).toBeNull()
  expect(await memo.hold('once:30', { run: 'run-4', step: 'send' })).toEqual({ run: 'run-0', step: 'send' })
  expect(await memo.get('once:29')).toMatchObject({ output: expect.stringMatching(/^run-\d$/) as string })
  await close()
})

async function runWorker(folder: string, run: string, dieAt: string): Promise<{ lines: string[]; signal: NodeJS.Signals | null }> {
  const script = fileURLToPath(new URL('fixtures/memo-worker.ts', import.meta.url))
  const child = spawn(process.execPath, [script, folder, run, String(keys), dieAt], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { lines: printed.split('\n').filter((line) => line !== ''), signal }
}

import { readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { createProject, pipewrightJson } from '../support/command-line.js'
import { holdPlugin } from './fixtures/hold-plugin.js'
import type { RunDocument } from './fixtures/run-document.js'
import { startCommand, untilFileHolds } from './fixtures/start-command.js'

const document = (kind: 'hold' | 'send' | 'stubborn'): string => `
pipeline: long
steps:
  - { id: first, uses: prompt, model: simulated/any, with: { prompt: Say hello. } }
  - { id: second, uses: ${kind}, needs: [first] }
outputs: { first: '{{ steps.first.output }}', second: '{{ steps.second.output }}' }
`

async function createLongProject(kind: 'hold' | 'send' | 'stubborn'): Promise<string> {
  const cwd = await createProject({ ...holdPlugin, 'pipewright.yaml': 'plugins: [hold]\n', 'long.yaml': document(kind) })
  const kernel = createRequire(import.meta.url).resolve('@pipewright/kernel/package.json')
  await symlink(dirname(createRequire(kernel).resolve('zod/package.json')), join(cwd, 'node_modules', 'zod'))
  return cwd
}

test.each(['SIGINT', 'SIGTERM'] as const)('a run that gets %s says how to go on, and goes on without paying again', async (signal) => {
  const cwd = await createLongProject('hold')
  const running = startCommand(['run', 'long.yaml', '--json'], cwd)
  await untilFileHolds(join(cwd, 'begun'), 'second', running)
  running.child.kill(signal)
  const { code, stdout } = await running.ended
  expect(code).toBe(130)
  expect(await readFile(join(cwd, 'begun'), 'utf8')).toBe('second\nsecond is told to stop\n')
  const interrupted = JSON.parse(stdout) as RunDocument
  expect(interrupted).toMatchObject({
    status: 'interrupted',
    error: { code: 'RUN_INTERRUPTED', hint: `Continue it with \`pipewright runs resume ${interrupted.runId}\`.` },
    steps: [
      { id: 'first', status: 'succeeded' },
      { id: 'second', status: 'pending' },
    ],
    usage: { calls: 1 },
  })

  await writeFile(join(cwd, 'go'), '')
  const resumed = await pipewrightJson<RunDocument>(['runs', 'resume', interrupted.runId ?? ''], { cwd })
  expect(resumed).toMatchObject({ code: 0, document: { status: 'succeeded', outputs: { second: 'done' }, usage: { calls: 1 } } })
})

test('a step that does not heed that it is told to stop keeps nobody waiting', async () => {
  const cwd = await createLongProject('stubborn')
  const running = startCommand(['run', 'long.yaml', '--json'], cwd)
  await untilFileHolds(join(cwd, 'begun'), 'second', running)
  running.child.kill('SIGINT')
  const { code, stdout } = await running.ended
  expect(code).toBe(130)
  expect(JSON.parse(stdout)).toMatchObject({ status: 'interrupted' })
})

test.each([
  ['SIGINT', 'SIGINT'],
  ['SIGINT', 'SIGTERM'],
] as const)('whatever keeps a command after %s, a %s ends it at once', async (first, second) => {
  const cwd = await createLongProject('hold')
  await writeFile(join(cwd, 'hang'), '')
  const running = startCommand(['run', 'long.yaml', '--json'], cwd)
  await untilFileHolds(join(cwd, 'begun'), 'second', running)
  running.child.kill(first)
  await untilFileHolds(join(cwd, 'begun'), 'does not end', running)
  running.child.kill(second)
  expect((await running.ended).signal).toBe(second)
  await rm(join(cwd, 'hang'))
  const shown = await pipewrightJson<RunDocument>(['runs', 'show', openState(cwd).onlyRun()], { cwd })
  expect(shown.document.status).toBe('interrupted')
})

test('a run belongs to its process as long as that lives, and can be taken up as soon as it was killed', async () => {
  const cwd = await createLongProject('hold')
  const running = startCommand(['run', 'long.yaml'], cwd)
  await untilFileHolds(join(cwd, 'begun'), 'second', running)
  const id = openState(cwd).onlyRun()
  const busy = await pipewrightJson<{ error: { code: string } }>(['runs', 'resume', id], { cwd })
  expect(busy).toMatchObject({ code: 1, document: { error: { code: 'RUN_BUSY' } } })
  const list = await pipewrightJson<{ runs: { id: string; status: string }[] }>(['runs'], { cwd })
  expect(list.document.runs).toMatchObject([{ id, status: 'running' }])

  running.child.kill('SIGKILL')
  expect((await running.ended).signal).toBe('SIGKILL')
  expect(await pipewrightJson<RunDocument>(['runs', 'show', id], { cwd })).toMatchObject({ document: { status: 'interrupted' } })
  await writeFile(join(cwd, 'go'), '')
  const resumed = await pipewrightJson<RunDocument>(['runs', 'resume', id], { cwd })
  expect(resumed).toMatchObject({ code: 0, document: { status: 'succeeded', outputs: { second: 'done' }, usage: { calls: 1 } } })
})

test('a run of a process that cannot be seen from here can be taken up once its claim has run out, and not before', async () => {
  const cwd = await createLongProject('hold')
  const running = startCommand(['run', 'long.yaml'], cwd)
  await untilFileHolds(join(cwd, 'begun'), 'second', running)
  running.child.kill('SIGKILL')
  await running.ended
  const state = openState(cwd)
  state.moveElsewhere()

  const id = state.onlyRun()
  const early = await pipewrightJson<{ error: { code: string } }>(['runs', 'resume', id], { cwd })
  expect(early).toMatchObject({ code: 1, document: { error: { code: 'RUN_BUSY' } } })
  state.forgetClaims()
  await writeFile(join(cwd, 'go'), '')
  expect(await pipewrightJson<RunDocument>(['runs', 'resume', id], { cwd })).toMatchObject({ code: 0, document: { status: 'succeeded' } })
})

test('a step that may not be repeated is not, when its process was killed, before a person has said so', async () => {
  const cwd = await createLongProject('send')
  const running = startCommand(['run', 'long.yaml'], cwd)
  await untilFileHolds(join(cwd, 'begun'), 'second', running)
  running.child.kill('SIGKILL')
  await running.ended
  await writeFile(join(cwd, 'go'), '')
  const id = openState(cwd).onlyRun()
  const asked = await pipewrightJson<RunDocument & { questions: { message: string }[] }>(['runs', 'resume', id], { cwd })
  expect(asked).toMatchObject({ code: 6, document: { status: 'paused', questions: [{ step: 'second' }] } })
  const approved = await pipewrightJson<RunDocument>(['approve', id], { cwd })
  expect(approved).toMatchObject({ code: 0, document: { status: 'succeeded', outputs: { second: 'done' } } })
})

function openState(cwd: string): { onlyRun(): string; moveElsewhere(): void; forgetClaims(): void } {
  const state = new DatabaseSync(join(cwd, '.pipewright', 'state.db'))
  onTestFinished(() => state.close())
  return {
    onlyRun: () => String(state.prepare('select id from runs').get()?.['id']),
    /** As if the process had run on another machine, or in a container of its own. */
    moveElsewhere: () => state.exec(`update runs set claim_owner = 'linux:another-boot:1/2/3/turn'`),
    /** As if the minute had passed that a claim outlives its process. */
    forgetClaims: () => state.exec('update runs set claim_expires_at = 0'),
  }
}

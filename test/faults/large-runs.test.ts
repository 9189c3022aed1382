import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const isFull = process.env['PIPEWRIGHT_FULL'] === '1'

/** In MiB, for objects that last. An engine that has run nothing takes 21 of them; a process that needs more than this is ended by Node. */
const heap = 40

const ends: Readonly<Record<string, unknown>> = {
  plain: { size: 10_000, last: 'item 10000' },
  groups: { size: 10_000, last: 'item 10000!' },
  chain: { last: '#999' },
  turns: { last: 'turn 9999' },
}

const few = ['plain@memory', 'groups@disk', 'chain@disk']
const all = Object.keys(ends).flatMap((shape) => [`${shape}@memory`, `${shape}@disk`])

test(
  `lists of 10,000 items and chains of 1,000 steps run, and are taken up half-way, within ${heap} MiB`,
  { timeout: 300_000 },
  async () => {
    const script = join(import.meta.dirname, 'fixtures', 'large-run.ts')
    const asked = isFull ? all : few
    const { stdout } = await run(process.execPath, [`--max-old-space-size=${heap}`, script, ...asked])
    expect(stdout.trim().split('\n')).toEqual(
      asked.map((one) => `${one} interrupted succeeded ${JSON.stringify(ends[one.split('@')[0] ?? ''])}`),
    )
  },
)

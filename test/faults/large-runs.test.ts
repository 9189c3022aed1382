import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const isFull = process.env['PIPEWRIGHT_FULL'] === '1'

/**
 * In MiB, for objects that last: a process that needs more is ended by Node. An engine that has run nothing takes 26 of them,
 * and one that is about to run a document of 1,000 steps 35.
 */
const heap = 64

const ends: Readonly<Record<string, unknown>> = {
  plain: { size: 10_000, last: 'item 10000' },
  groups: { size: 10_000, last: 'item 10000!' },
  chain: { last: '#999' },
  turns: { last: 'turn 9999' },
}

const few = ['plain@memory', 'groups@disk', 'chain@disk']
const all = Object.keys(ends).flatMap((shape) => [`${shape}@memory`, `${shape}@disk`])

test.each(isFull ? all : few)(
  `10,000 items or turns, or a chain of 1,000 steps, run and are taken up half-way within ${heap} MiB: %s`,
  { timeout: 300_000 },
  async (name) => {
    const script = join(import.meta.dirname, 'fixtures', 'large-run.ts')
    const { stdout } = await run(process.execPath, [`--max-old-space-size=${heap}`, script, name])
    expect(stdout).toBe(`${name} interrupted succeeded ${JSON.stringify(ends[name.split('@')[0] ?? ''])}\n`)
  },
)

import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { missingLine, readPage } from '../support/page.js'
import { runPage } from '../support/run-page.js'

it.skipIf(process.platform === 'win32')(
  'the guide says what happens: its files, its commands, and what they print',
  async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'pipewright-guide-')))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    await runPage({ page: 'docs/guide.md', folder })
  },
  300_000,
)

it('a block is executed when it names a file or has a prompt', () => {
  const fence = '```'
  const page = `${fence}yaml file=a/b.yaml\none: 1\n${fence}\n\n${fence}console exit=5\n$ first\n$ second --flag\na line\n${fence}\n\n${fence}yaml\nfor: reading\n${fence}\n`
  expect(readPage(page)).toEqual([
    { type: 'file', path: 'a/b.yaml', text: 'one: 1\n' },
    {
      type: 'commands',
      exit: 5,
      lines: Infinity,
      text: '$ first\n$ second --flag\na line\n',
      commands: [
        { command: 'first', output: '' },
        { command: 'second --flag', output: 'a line\n' },
      ],
    },
  ])
})

it('a line that is not printed is found, whatever the figures are', () => {
  const printed = 'one   12 ms\ntwo: 3 of 4\nrun-mwvko1m1-ojov2 succeeded\n'
  expect(missingLine('one 7 ms\n…\nrun-aaaaaaaa-bbbbb succeeded\n', printed)).toBeUndefined()
  expect(missingLine('two: 3 of 4\none 12 ms\n', printed)).toBe('one 12 ms')
  expect(missingLine('three\n', printed)).toBe('three')
})

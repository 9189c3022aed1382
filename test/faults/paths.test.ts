import { readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProject, pipewright, pipewrightJson } from '../support/command-line.js'
import type { RunDocument } from './fixtures/run-document.js'
import { expectToldPlainly } from './fixtures/spoken.js'

test('no step reads or writes outside of the project, nor what is Pipewright’s own', async () => {
  const outside = await createProject({ 'secret.txt': 'secret' })
  const secret = join(outside, 'secret.txt')
  const attempts = {
    up: `read, with: { path: '../${outside.split('/').at(-1)}/secret.txt' }`,
    absolute: `read, with: { path: '${secret}' }`,
    round: `read, with: { path: 'a/../../${outside.split('/').at(-1)}/secret.txt' }`,
    linked: `read, with: { path: link.txt }`,
    write_up: `write, with: { path: '../written.txt', content: x }`,
    write_absolute: `write, with: { path: '${secret}', content: x, if_exists: overwrite }`,
    write_linked: `write, with: { path: link.txt, content: x, if_exists: overwrite }`,
    write_in_linked: `write, with: { path: folder/new.txt, content: x }`,
    write_state: `write, with: { path: .pipewright/state.db, content: x, if_exists: overwrite }`,
    write_configuration: `write, with: { path: ./pipewright.yaml, content: 'model: a/b', if_exists: overwrite }`,
  }
  const cwd = await createProject({
    'paths.yaml': `pipeline: paths\nsteps:\n${Object.entries(attempts)
      .map(([id, step]) => `  - { id: ${id}, uses: ${step} }`)
      .join('\n')}\n`,
  })
  await symlink(secret, join(cwd, 'link.txt'))
  await symlink(outside, join(cwd, 'folder'))

  const { code, document } = await pipewrightJson<RunDocument>(['run', 'paths.yaml'], { cwd })
  expect(code).toBe(3)
  // Which of them is the first to fail is not said.
  const index = Object.keys(attempts).indexOf(document.error?.step ?? '')
  expect(document.error).toMatchObject({ code: 'FILE_OUTSIDE_PROJECT', place: { line: 3 + index, column: 11 } })
  expect(Object.fromEntries(document.steps.map(({ id, status }) => [id, status]))).toEqual(
    Object.fromEntries(Object.keys(attempts).map((id) => [id, 'failed'])),
  )
  expect(await readFile(secret, 'utf8')).toBe('secret')
  expect((await readdir(outside)).toSorted()).toEqual(['pipewright.yaml', 'secret.txt'])
  expect(await readFile(join(cwd, 'pipewright.yaml'), 'utf8')).toBe('')
})

const takes = `pipeline: takes
inputs:
  data: { type: file }
  times: { type: integer, default: 1, maximum: 3 }
steps:
  - { id: read, uses: read, with: { path: '{{ inputs.data }}' } }
outputs: { content: '{{ steps.read.output.content }}', times: '{{ inputs.times }}' }
`

test('a file outside that the person names may be read', async () => {
  const outside = await createProject({ 'named.txt': 'named' })
  const cwd = await createProject({ 'takes.yaml': takes })
  const { code, document } = await pipewrightJson<RunDocument>(['run', 'takes.yaml', '--input', `data=${join(outside, 'named.txt')}`], {
    cwd,
  })
  expect(document).toMatchObject({ outputs: { content: 'named' }, error: null })
  expect(code).toBe(0)
})

test.each<[string[], number, string, string | undefined]>([
  [[], 3, 'INPUT_MISSING', 'takes.yaml:3:9'],
  [['--input', 'data=a', '--input', 'times=many'], 3, 'INPUT_INVALID', undefined],
  [['--input', 'data=a', '--input', 'times=7'], 3, 'INPUT_INVALID', 'takes.yaml:4:10'],
  [['--input', 'data=nothing.csv'], 1, 'FILE_NOT_FOUND', 'takes.yaml:6:11'],
  [['--inputs', 'nothing.yaml'], 1, 'FILE_NOT_FOUND', undefined],
])('run takes.yaml %j ends with %i, %s', async (args, code, error, place) => {
  const cwd = await createProject({ 'takes.yaml': takes })
  const finished = await pipewright(['run', 'takes.yaml', ...args], { cwd })
  expect(finished.code).toBe(code)
  expectToldPlainly(finished, error, place)
})

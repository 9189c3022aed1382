import { rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProject, pipewright, pipewrightJson } from '../support/command-line.js'
import type { RunDocument, ValidateDocument } from './fixtures/run-document.js'
import { expectToldPlainly } from './fixtures/spoken.js'

const steps = 'steps: [{ id: a, uses: text, with: { text: hello } }]'
const outputs = 'outputs: { a: "{{ steps.a.output }}" }'
const ok = `pipeline: ok\n${steps}\n${outputs}\n`
const prompt = (model: string, with_: string): string =>
  `pipeline: p\nsteps: [{ id: a, uses: prompt, model: ${model}, with: { ${with_} } }]\n${outputs}\n`
const bomb = Array.from({ length: 9 }, (_, level) => `x${level + 1}: &x${level + 1} [${Array(10).fill(`*x${level}`).join(', ')}]`)

/** What is wrong, the document, and the first finding: its code, where it stands, and a piece of its way out. */
const broken: readonly (readonly [name: string, text: string | Buffer, code: string, place: string, hint: RegExp])[] = [
  ['malformed', 'pipeline: broken\nsteps: [{ id: a', 'YAML_SYNTAX', '2:16', /Correct the YAML/],
  ['tabs', 'pipeline: tabs\nsteps:\n\t- id: a\n', 'YAML_SYNTAX', '3:1', /Correct the YAML/],
  ['duplicate-key', `pipeline: a\npipeline: b\n${steps}`, 'DUPLICATE_KEY', '2:1', /Keep one/],
  ['list', '- pipeline: a\n', 'INVALID_VALUE', '1:1', /pipewright init/],
  ['empty', '', 'INVALID_VALUE', '1:1', /pipewright init/],
  ['unknown-key', ok.replace('uses', 'usse'), 'UNKNOWN_KEY', '2:18', /Did you mean "uses"/],
  ['unknown-top-key', ok.replace('steps:', 'stepz:'), 'UNKNOWN_KEY', '2:1', /Did you mean "steps"/],
  ['unknown-option', ok.replace('text: hello', 'txet: hello'), 'UNKNOWN_KEY', '2:38', /Did you mean "text"/],
  ['unknown-step-type', ok.replace('uses: text', 'uses: txet'), 'UNKNOWN_STEP_TYPE', '2:24', /Did you mean "text"/],
  ['unknown-model', prompt('anthropic/claude-haiku-4-6', 'prompt: hi'), 'UNKNOWN_MODEL', '2:39', /Did you mean "claude-haiku-4-5"/],
  ['unknown-provider', prompt('antropic/claude-haiku-4-5', 'prompt: hi'), 'UNKNOWN_PROVIDER', '2:39', /Did you mean "anthropic"/],
  [
    'unknown-input',
    ok.replace('hello', '"{{ inputs.tpoic }}"').replace('steps:', 'inputs: { topic: { type: string } }\nsteps:'),
    'UNKNOWN_VARIABLE',
    '3:48',
    /Did you mean "topic"/,
  ],
  ['unknown-variable', ok.replace('hello', '"{{ input.topic }}"'), 'UNKNOWN_VARIABLE', '2:48', /Did you mean "inputs"/],
  ['unknown-step', ok.replace('steps.a', 'steps.draft').replace('id: a', 'id: drafd'), 'UNKNOWN_VARIABLE', '3:19', /Did you mean "drafd"/],
  ['unknown-filter', ok.replace('hello', '"{{ run.id | upkase }}"'), 'UNKNOWN_FILTER', '2:44', /filters/],
  ['duplicate-step', ok.replace('}]', '}, { id: a, uses: text, with: { text: x } }]'), 'DUPLICATE_STEP', '2:61', /id of its own/],
  ['cycle', ok.replace('hello', '"{{ steps.a.output }}"'), 'STEP_CYCLE', '2:15', /close the circle/],
  ['wrong-type', ok.replace('text: hello', 'text: [1]'), 'INVALID_VALUE', '2:44', /values/],
  ['default-that-does-not-fit', `pipeline: d\ninputs: { n: { type: integer, default: many } }\n${steps}`, 'INVALID_VALUE', '2:40', /type/],
  ['alias-bomb', `pipeline: bomb\nx0: &x0 [lol, lol]\n${bomb.join('\n')}\n${steps}`, 'DOCUMENT_TOO_COMPLEX', '1:1', /fewer aliases/],
  ['alias-to-itself', `pipeline: loop\nabout: &a [*a]\n${steps}`, 'YAML_SYNTAX', '2:12', /Correct the YAML/],
  ['brackets', `pipeline: ${'['.repeat(100_000)}`, 'DOCUMENT_TOO_COMPLEX', '1:75', /less nesting/],
  ['list-marks', `pipeline: deep\nsteps:\n${'- '.repeat(100_000)}x`, 'DOCUMENT_TOO_COMPLEX', '3:129', /less nesting/],
  [
    'indentation',
    Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}k:`).join('\n'),
    'DOCUMENT_TOO_COMPLEX',
    '65:65',
    /less nesting/,
  ],
  ['huge', Buffer.alloc(50 * 1024 * 1024, 'pipeline: big # '), 'DOCUMENT_TOO_LARGE', '1:1', /1 MiB/],
  ['nul', ok.replace('hello', 'hel\0lo'), 'YAML_SYNTAX', '2:47', /Correct the YAML/],
  ['escape-sequence', ok.replace('hello', '"\u001B[2J"'), 'YAML_SYNTAX', '2:45', /Correct the YAML/],
  ['latin-1', Buffer.from(`pipeline: l\ndescription: caf\u00E9\n${steps}`, 'latin1'), 'DOCUMENT_UNREADABLE', '2:17', /UTF-8/],
  ['utf-16', Buffer.from(ok, 'utf16le'), 'YAML_SYNTAX', '1:2', /Correct the YAML/],
  [
    'calls-itself',
    'pipeline: again\nsteps: [{ id: a, uses: pipeline, with: { file: calls-itself.yaml } }]',
    'STEP_CYCLE',
    '2:48',
    /close the circle/,
  ],
  [
    'calls-what-is-not-there',
    'pipeline: calls\nsteps: [{ id: a, uses: pipeline, with: { file: nothing.yaml } }]',
    'DOCUMENT_NOT_FOUND',
    '2:48',
    /Check the path/,
  ],
  [
    'calls-the-broken',
    'pipeline: calls\nsteps: [{ id: a, uses: pipeline, with: { file: unknown-key.yaml } }]',
    'UNKNOWN_KEY',
    '2:18',
    /Did you mean "uses"/,
  ],
  [
    'calls-out',
    'pipeline: calls\nsteps: [{ id: a, uses: pipeline, with: { file: ../out.yaml } }]',
    'FILE_OUTSIDE_PROJECT',
    '2:48',
    /into the project/,
  ],
]

let cwd: string
let found: ValidateDocument
let code: number

beforeAll(async () => {
  cwd = await createProject({ 'ok.yaml': ok }, true)
  for (const [name, text] of broken) await writeFile(join(cwd, `${name}.yaml`), text)
  const files = ['ok', ...broken.map(([name]) => name), 'missing'].map((name) => `${name}.yaml`)
  const validated = await pipewrightJson<ValidateDocument>(['validate', '--no-tests', ...files], { cwd })
  found = validated.document
  code = validated.code
}, 120_000)
afterAll(() => rm(cwd, { recursive: true, force: true }))

describe('validate', () => {
  test('ends with exit code 3, whatever is wrong, and looks at every file', () => {
    expect(code).toBe(3)
    expect(found.ok).toBe(false)
    expect(found.findings.filter(({ file }) => basename(file) === 'ok.yaml')).toEqual([])
    expect(found.findings).toContainEqual(expect.objectContaining({ code: 'DOCUMENT_NOT_FOUND', file: join(cwd, 'missing.yaml') }))
  })

  test.each(broken.map(([name, , expected, place, hint]) => [name, expected, place, hint] as const))(
    '%s: %s at %s',
    (name, expected, place, hint) => {
      // A nested file's error stands where it has to be corrected.
      const file = name === 'calls-the-broken' ? 'unknown-key' : name
      const errors = found.findings.filter((finding) => basename(finding.file) === `${file}.yaml` && finding.severity === 'error')
      const first = errors.find((finding) => finding.code === expected)
      expect(first, JSON.stringify(errors)).toBeDefined()
      expect(`${first?.line}:${first?.column}`).toBe(place)
      expect(first?.hint).toMatch(hint)
      expect(first?.message).not.toMatch(/call stack|undefined|\[object/)
    },
  )
})

describe('run', () => {
  test('refuses a broken document like validate, and begins nothing', async () => {
    const { code: exit, document } = await pipewrightJson<RunDocument & Pick<ValidateDocument, 'findings'>>(['run', 'unknown-input.yaml'], {
      cwd,
    })
    expect(exit).toBe(3)
    expect(document).toMatchObject({
      runId: null,
      status: 'failed',
      error: {
        code: 'UNKNOWN_VARIABLE',
        hint: 'Did you mean "topic"?',
        place: { file: join(cwd, 'unknown-input.yaml'), line: 3, column: 48 },
      },
      findings: [{ code: 'UNKNOWN_VARIABLE' }],
      usage: { calls: 0, usd: 0 },
    })
    const { document: journal } = await pipewrightJson<{ runs: readonly unknown[] }>(['runs'], { cwd })
    expect(journal.runs).toEqual([])
  })

  test('shows people the line and the way out', async () => {
    const finished = await pipewright(['run', 'unknown-step-type.yaml'], { cwd })
    expect(finished.code).toBe(3)
    expect(finished.stdout).toBe('')
    expectToldPlainly(finished, 'UNKNOWN_STEP_TYPE', 'unknown-step-type.yaml:2:24')
    expect(finished.stderr).toContain('2 | steps: [{ id: a, uses: txet')
  })
})

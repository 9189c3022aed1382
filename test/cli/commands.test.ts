import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createProject, pipewright, pipewrightJson } from '../support/command-line.js'

const greeting = `pipeline: greeting
inputs:
  name: { type: string, default: world }
  times: { type: integer, default: 1, minimum: 1, maximum: 3 }
budget: { tokens: 2000, usd: 0.01 }
defaults: { model: anthropic/claude-haiku-4-5 }
steps:
  - id: greet
    uses: prompt
    with: { prompt: 'Greet {{ inputs.name }} {{ inputs.times }} times.', max_output_tokens: 100 }
  - id: shout
    uses: text
    with: { text: '{{ steps.greet.output | upcase }}' }
outputs: { greeting: '{{ steps.shout.output }}' }
`
const asking = `pipeline: asking
steps:
  - { id: prepare, uses: text, with: { text: ready } }
  - { id: ask, uses: approval, with: { message: 'Is {{ steps.prepare.output }} right?' } }
outputs: { approved: '{{ steps.ask.output.approved }}' }
`
const cwd = await createProject({ 'pipelines/greeting/pipeline.yaml': greeting, 'pipelines/asking/pipeline.yaml': asking }, true)
afterAll(() => rm(cwd, { recursive: true, force: true }))
const file = 'pipelines/greeting/pipeline.yaml'

interface Run {
  readonly runId: string
  readonly status: string
  readonly outputs: Readonly<Record<string, unknown>>
  readonly error: { readonly code: string; readonly message: string; readonly hint: string; readonly step?: string } | null
  readonly steps: readonly {
    readonly id: string
    readonly status: string
    readonly attempts: number
    readonly durationMs: number
    readonly usage: object
  }[]
  readonly usage: { readonly calls: number; readonly inputTokens: number; readonly outputTokens: number; readonly usd: number }
  readonly origin: string | null
  readonly budget: { readonly reserved: number; readonly spent: number; readonly limit: number | null }
  readonly questions: readonly { readonly step: string; readonly message: string }[]
}

describe('usage', () => {
  test.each([
    [['nonsense'], /unknown command 'nonsense'/],
    [['validat', file], /did you mean validate/i],
    [['run', file, '--colour'], /unknown option '--colour'/],
    [['run'], /missing required argument 'file'/],
    [['run', file, '--max-usd', 'lots'], /--max-usd "lots" is not an amount of money/],
    [['run', file, '--input', 'name'], /has no value/],
    [['registry', 'serve', '--port', 'http'], /--port is a number/],
  ])('%j is exit code 2, with the way out', async (args, message) => {
    const { code, stdout, stderr } = await pipewright(args, { cwd })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test('help names every command, on stdout', async () => {
    const { code, stdout } = await pipewright(['--help'], { cwd })
    expect(code).toBe(0)
    for (const name of [
      'init',
      'genesis',
      'validate',
      'plan',
      'run',
      'runs',
      'approve',
      'test',
      'search',
      'info',
      'install',
      'publish',
      'registry',
      'plugin',
      'doctor',
    ])
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
  })

  test('the version is the package’s', async () => {
    const manifest = JSON.parse(await readFile(join(import.meta.dirname, '../../packages/cli/package.json'), 'utf8')) as { version: string }
    expect(await pipewright(['--version'], { cwd })).toMatchObject({ code: 0, stdout: `${manifest.version}\n` })
  })
})

describe('init', () => {
  test('makes a project that validates, tests and runs, and leaves alone what stands', async () => {
    const root = await createProject()
    await rm(join(root, 'pipewright.yaml'))
    const made = await pipewrightJson<{ created: string[] }>(['init', 'new'], { cwd: root })
    expect(made.document.created).toContain('pipelines/hello/pipeline.yaml')
    const project = join(root, 'new')
    await writeFile(join(project, 'pipewright.yaml'), 'model: openai/gpt-5-mini\n')
    const again = await pipewrightJson<{ created: string[] }>(['init'], { cwd: project })
    expect(again.document.created).toEqual([])
    expect(await readFile(join(project, 'pipewright.yaml'), 'utf8')).toBe('model: openai/gpt-5-mini\n')
    const ran = await pipewright(['run', 'pipelines/hello/pipeline.yaml', '--provider', 'simulated'], { cwd: project })
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('SIMULATED answers: no real model was asked')
    expect(await pipewrightJson(['validate', 'pipelines/hello/pipeline.yaml'], { cwd: project })).toMatchObject({
      code: 0,
      document: { ok: true, findings: [] },
    })
    const schema = JSON.parse(await readFile(join(project, '.pipewright', 'pipeline.schema.json'), 'utf8')) as object
    expect(JSON.stringify(schema)).toContain('max_output_tokens')
  })
})

describe('plan', () => {
  test('says what would run, what waits for what, and what it costs at best, likely and worst', async () => {
    const { code, document } = await pipewrightJson<{
      steps: { id: string; dependsOn: string[]; model: string | null }[]
      estimate: Record<'low' | 'expected' | 'worst', { tokens: number; usd: number; timeMs: number }>
    }>(['plan', file], { cwd })
    expect(code).toBe(0)
    expect(document.steps).toMatchObject([
      { id: 'greet', dependsOn: [], model: 'anthropic/claude-haiku-4-5' },
      { id: 'shout', dependsOn: ['greet'], model: null },
    ])
    const { low, expected, worst } = document.estimate
    expect(low.usd).toBeGreaterThan(0)
    expect(low.usd).toBeLessThan(expected.usd)
    expect(expected.usd).toBeLessThan(worst.usd)
    const { stdout } = await pipewright(['run', file, '--dry-run'], { cwd })
    expect(stdout).toContain('shout (text)  ← greet')
    expect(stdout).toContain('genai-prices')
  })
})

describe('run', () => {
  test('gives outputs, steps, usage and budget as JSON, and says that the answers are simulated', async () => {
    const { code, document, stderr } = await pipewrightJson<Run>(['run', file, '--provider', 'simulated', '--input', 'name=Ada'], { cwd })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(document).toMatchObject({ status: 'succeeded', error: null, origin: 'simulated', usage: { calls: 1 }, budget: { reserved: 0 } })
    expect(document.steps.map(({ id, status, attempts }) => ({ id, status, attempts }))).toEqual([
      { id: 'greet', status: 'succeeded', attempts: 1 },
      { id: 'shout', status: 'succeeded', attempts: 1 },
    ])
    expect(document.outputs['greeting']).toMatch(/^[^a-z]+$/)
    expect(document.budget.spent).toBe(document.usage.usd)
    expect(document.usage.usd).toBeGreaterThan(0)
    const again = await pipewrightJson<Run>(['run', file, '--provider', 'simulated', '--input', 'name=Ada'], { cwd })
    expect(again.document.outputs).toEqual(document.outputs)
  })

  test('prints plainly where nobody watches: no colour, no progress', async () => {
    const { stdout, stderr } = await pipewright(['run', file, '--provider', 'simulated'], { cwd })
    // oxlint-disable-next-line no-control-regex -- that is what must not be there
    expect(stdout + stderr).not.toMatch(/\u001B\[/)
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^✓ greet +succeeded/m)
  })

  test.each<[string, string[], string, RegExp]>([
    ['an unknown input', ['--input', 'nmae=Ada'], 'INPUT_UNKNOWN', /name/],
    ['a wrong type', ['--input', 'times=often'], 'INPUT_INVALID', /number/],
    ['a value out of bounds', ['--input', 'times=9'], 'INPUT_INVALID', /times/],
    ['an unknown provider', ['--provider', 'simulatde'], 'UNKNOWN_PROVIDER', /simulated/],
  ])('%s costs nothing', async (_what, args, error, words) => {
    const before = await pipewrightJson(['budget'], { cwd })
    const { code, document } = await pipewrightJson<{ error: { code: string; message: string; hint: string } }>(
      ['run', file, '--provider', 'simulated', ...args],
      { cwd },
    )
    expect({ code, error: document.error.code }).toEqual({ code: 3, error })
    expect(`${document.error.message} ${document.error.hint}`).toMatch(words)
    expect((await pipewrightJson(['budget'], { cwd })).document).toEqual(before.document)
  })

  test('without a key for the model ends with what to do, and the money is still there', async () => {
    const { code, document } = await pipewrightJson<Run>(['run', file], { cwd })
    expect({ code, status: document.status, error: document.error?.code }).toEqual({ code: 1, status: 'failed', error: 'PROVIDER_AUTH' })
    expect(document.error?.message).toContain('ANTHROPIC_API_KEY')
    expect(document.budget).toMatchObject({ reserved: 0, spent: 0 })
  })

  test('stops before it would overspend, with exit code 4', async () => {
    const args = ['run', file, '--provider', 'simulated', '--max-usd', '0.00001']
    const { code, document } = await pipewrightJson<Run>(args, { cwd })
    expect({ code, status: document.status, error: document.error?.code }).toEqual({ code: 4, status: 'stopped', error: 'BUDGET_EXCEEDED' })
    expect(document.usage.calls).toBe(0)
  })

  test('reads inputs from files', async () => {
    const root = await createProject({ 'p.yaml': greeting, 'in.yaml': 'name: Grace\ntimes: 2\n', 'name.txt': 'Hedy' })
    for (const args of [
      ['--inputs', 'in.yaml'],
      ['--input', 'name=@name.txt'],
    ])
      expect((await pipewrightJson<Run>(['run', 'p.yaml', '--provider', 'simulated', ...args], { cwd: root })).code).toBe(0)
  })
})

describe('a run that waits for a person', () => {
  test('pauses with exit code 6 and goes on once it is approved, in another process', async () => {
    const paused = await pipewrightJson<Run>(['run', 'pipelines/asking/pipeline.yaml'], { cwd })
    expect({ code: paused.code, status: paused.document.status }).toEqual({ code: 6, status: 'paused' })
    expect(paused.document.questions).toMatchObject([{ step: 'ask', message: 'Is ready right?' }])
    const { runId } = paused.document
    expect(await pipewrightJson<Run>(['runs', 'resume', runId], { cwd })).toMatchObject({ code: 6, document: { status: 'paused' } })
    const approved = await pipewrightJson<Run>(['approve', runId, '--reason', 'looks good'], { cwd })
    expect(approved).toMatchObject({ code: 0, document: { runId, status: 'succeeded', outputs: { approved: true } } })
  })

  test('ends with exit code 5 when it is rejected', async () => {
    const paused = await pipewrightJson<Run>(['run', 'pipelines/asking/pipeline.yaml'], { cwd })
    const rejected = await pipewrightJson<Run>(['reject', paused.document.runId], { cwd })
    expect(rejected).toMatchObject({ code: 5, document: { error: { code: 'APPROVAL_REJECTED', step: 'ask' } } })
  })
})

describe('runs', () => {
  test('are listed, shown, cancelled, and drawn as a page', async () => {
    const paused = await pipewrightJson<Run>(['run', 'pipelines/asking/pipeline.yaml'], { cwd })
    const { runId } = paused.document
    const list = await pipewrightJson<{ runs: { id: string; pipeline: string; status: string }[] }>(['runs'], { cwd })
    expect(list.document.runs[0]).toMatchObject({ id: runId, pipeline: 'asking', status: 'paused' })
    expect(await pipewrightJson(['runs', 'show', runId], { cwd })).toMatchObject({ code: 0, document: { runId, status: 'paused' } })
    expect(await pipewrightJson<Run>(['runs', 'cancel', runId], { cwd })).toMatchObject({ code: 0, document: { runId } })
    // Whoever cancelled it meant it: neither an answer nor a resumption brings it back.
    expect(await pipewrightJson(['approve', runId], { cwd })).toMatchObject({ code: 1, document: { error: { code: 'RUN_NOT_WAITING' } } })
    expect(await pipewrightJson(['runs', 'resume', runId], { cwd })).toMatchObject({
      code: 1,
      document: { error: { code: 'RUN_CANCELLED' } },
    })
    expect((await pipewright(['runs', 'report', runId, '--out', 'page.html'], { cwd })).code).toBe(0)
    expect(await readFile(join(cwd, 'page.html'), 'utf8')).toContain('<h2>Timeline</h2>')
  })

  test('that do not exist are said to', async () => {
    for (const args of [
      ['runs', 'show', 'run-none'],
      ['approve', 'run-none'],
      ['runs', 'resume', 'run-none'],
    ])
      expect(await pipewrightJson(args, { cwd })).toMatchObject({ code: 1, document: { error: { code: 'RUN_NOT_FOUND' } } })
  })
})

describe('the rest', () => {
  test('plugin list says what each plugin contributes, and loads none of them', async () => {
    const { document } = await pipewrightJson<{
      plugins: { name: string; version: string; contributes: { kind: string; id: string }[] }[]
    }>(['plugin', 'list'], { cwd })
    const steps = document.plugins.find(({ name }) => name === '@pipewright/step-core')
    expect(steps?.contributes.map(({ kind, id }) => `${kind} ${id}`)).toEqual(
      ['prompt', 'text', 'data', 'transform', 'branch', 'pipeline', 'read', 'write', 'http', 'approval', 'input', 'stop'].map(
        (id) => `step ${id}`,
      ),
    )
    expect(document.plugins.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['@pipewright/provider-anthropic', '@pipewright/store-sqlite']),
    )
  })

  test('doctor says what is missing and how to get it, and tells no secret', async () => {
    const { code, stdout } = await pipewright(['doctor'], { cwd, environment: { ANTHROPIC_API_KEY: 'sk-ant-very-secret' } })
    expect(code).toBe(0)
    expect(stdout).toContain('✓ anthropic: ANTHROPIC_API_KEY is set')
    expect(stdout).toContain('! openai: OPENAI_API_KEY is not set')
    expect(stdout).not.toContain('very-secret')
    expect(stdout).toContain('the built-in catalogue serves')
    expect(stdout).toContain('durability full: what is recorded survives a power cut')
  })

  test('doctor says how durable runs are where the project wants less of it', async () => {
    const root = await createProject({ 'pipewright.yaml': "plugins: [{ '@pipewright/store-sqlite': { durability: normal } }]\n" })
    expect((await pipewright(['doctor'], { cwd: root })).stdout).toContain('durability normal: what is recorded survives the process')
  })

  test('doctor says which of the project’s secrets are there', async () => {
    const root = await createProject({
      'pipewright.yaml': 'secrets:\n  TOKEN: { env: SERVICE_TOKEN }\n  KEY: { file: key.txt }\n  OTHER: { env: OTHER_TOKEN }\n',
      'key.txt': 'very-secret-key\n',
    })
    const { code, stdout, stderr } = await pipewright(['doctor'], { cwd: root, environment: { SERVICE_TOKEN: 'very-secret-token' } })
    expect(code).toBe(0)
    expect(stdout).toContain('✓ secret TOKEN: found in the environment variable SERVICE_TOKEN')
    expect(stdout).toContain('✓ secret KEY: found in the file key.txt')
    expect(stdout).toContain('! secret OTHER: SECRET_MISSING')
    expect(stdout + stderr).not.toContain('very-secret')
  })

  test('search and info find templates in the built-in catalogue', async () => {
    const found = await pipewrightJson<{ source: string; items: { name: string }[] }>(['search', 'summarise', 'a', 'paper'], { cwd })
    expect(found.document).toMatchObject({ source: 'built-in catalogue' })
    expect(found.document.items[0]?.name).toBe('@pipewright/paper-summary')
    const info = await pipewrightJson(['info', 'paper-summary@^1.0.0'], { cwd })
    expect(info).toMatchObject({ code: 0, document: { name: '@pipewright/paper-summary', kind: 'template' } })
    expect((await pipewrightJson(['info', 'paper-summary@^9.0.0'], { cwd })).code).toBe(7)
  })

  test('an error of the configuration names its place', async () => {
    const root = await createProject({ 'pipewright.yaml': 'model: anthropic/claude-haiku-4-5\nregisty: http://127.0.0.1\n' })
    const { code, stderr } = await pipewright(['plugin', 'list'], { cwd: root })
    expect(code).toBe(3)
    expect(stderr).toContain('CONFIG_INVALID')
    expect(stderr).toContain('pipewright.yaml:2:1')
    expect(stderr).toContain('registry')
  })

  test('validate and plan leave nothing behind', async () => {
    const root = await createProject({ 'p.yaml': greeting })
    await pipewright(['validate', 'p.yaml'], { cwd: root })
    await pipewright(['plan', 'p.yaml'], { cwd: root })
    await expect(stat(join(root, '.pipewright'))).rejects.toThrow('ENOENT')
  })
})

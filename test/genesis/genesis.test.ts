import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { createProject, pipewright, pipewrightJson } from '../support/command-line.js'

interface Outcome {
  readonly id: string
  readonly status: string
  readonly mode: string | null
  readonly template: { readonly name: string; readonly version: string; readonly score: number } | null
  readonly candidates: readonly { readonly name: string; readonly score: number }[]
  readonly questions: readonly { readonly id: string; readonly question: string; readonly why: string }[]
  readonly filled: readonly { readonly input: string; readonly value: unknown; readonly from: string }[]
  readonly missingFiles: readonly string[]
  readonly files: { readonly pipeline: string; readonly tests: string; readonly docs: string } | null
  readonly validation: Readonly<Record<string, { readonly ok: boolean; readonly findings: readonly unknown[] }>>
  readonly tests: { readonly passed: number; readonly failed: number }
  readonly confidence: number
  readonly maturity: string
  readonly degraded: boolean
  readonly usage: { readonly calls: number; readonly usd: number }
  readonly estimate: { readonly low: object; readonly expected: object; readonly worst: object } | null
  readonly error: { readonly code: string } | null
}

const people = 'name,city\nAda,Oslo\nBen,\nAda,Oslo\n'
const genesis = (args: readonly string[], cwd: string) => pipewrightJson<Outcome>(['genesis', ...args], { cwd })

describe('a requirement that a template fits', () => {
  test('becomes a pipeline that is valid, priced and tested, without a model token', async () => {
    const cwd = await createProject({ 'people.csv': people })
    const { code, document } = await genesis(['clean up people.csv: missing values and duplicate rows', '--yes'], cwd)
    expect(code).toBe(0)
    expect(document).toMatchObject({
      status: 'created',
      mode: 'template',
      template: { name: '@pipewright/csv-clean' },
      maturity: 'experimental',
      degraded: false,
      questions: [],
      usage: { calls: 0, usd: 0 },
      tests: { failed: 0 },
      error: null,
    })
    expect(Object.keys(document.validation)).toEqual(['syntax', 'semantic', 'logical', 'performance', 'quality'])
    expect(Object.values(document.validation).map(({ ok }) => ok)).toEqual([true, true, true, true, true])
    expect(document.tests.passed).toBeGreaterThan(2)
    expect(document.confidence).toBeGreaterThan(0.8)
    expect(document.candidates[0]?.name).toBe('@pipewright/csv-clean')
    expect(Object.keys(document.estimate ?? {})).toEqual(['low', 'expected', 'worst'])
    expect(document.filled).toContainEqual({ input: 'file', value: 'people.csv', from: 'people.csv', by: 'requirement' })

    const { pipeline = '', tests = '', docs = '' } = document.files ?? {}
    expect(pipeline).toBe(join(cwd, 'pipelines', 'csv-clean', 'pipeline.yaml'))
    expect(parse(await readFile(pipeline, 'utf8'))).toMatchObject({ pipeline: 'csv-clean', inputs: { file: { default: 'people.csv' } } })
    expect(await readdir(tests)).toEqual(expect.arrayContaining(['genesis-integration.test.yaml', 'genesis-performance.test.yaml']))
    expect(await readFile(docs, 'utf8')).toContain('clean up people.csv')

    const { code: runCode, document: result } = await pipewrightJson<{ status: string; outputs: { rows: number } }>(
      ['run', pipeline, '--provider', 'simulated'],
      { cwd },
    )
    expect({ runCode, status: result.status, rows: result.outputs.rows }).toEqual({ runCode: 0, status: 'succeeded', rows: 3 })
  })

  test('is never written over what stands', async () => {
    const cwd = await createProject({ 'pipelines/blog-post/mine.txt': 'mine' })
    const { document } = await genesis(['write a blog post about moss', '--yes'], cwd)
    expect(document.files?.pipeline).toBe(join(cwd, 'pipelines', 'blog-post-2', 'pipeline.yaml'))
    expect(await readdir(join(cwd, 'pipelines', 'blog-post'))).toEqual(['mine.txt'])
  })

  test('goes where --out says, relative to where the command runs', async () => {
    const cwd = await createProject({ 'sub/.keep': '' })
    const { document } = await genesis(['write a blog post about moss', '--yes', '--out', 'made'], join(cwd, 'sub'))
    expect(document.files?.pipeline).toBe(join(cwd, 'sub', 'made', 'blog-post', 'pipeline.yaml'))
  })

  test('is only selected with --dry-run: nothing is written', async () => {
    const cwd = await createProject({ 'people.csv': people })
    const { code, document } = await genesis(['clean people.csv', '--dry-run'], cwd)
    expect({ code, template: document.template?.name, files: document.files, maturity: document.maturity }).toEqual({
      code: 0,
      template: '@pipewright/csv-clean',
      files: null,
      maturity: 'experimental',
    })
    expect(await exists(join(cwd, 'pipelines'))).toBe(false)
  })

  test('waits for a person, who may say yes', async () => {
    const cwd = await createProject()
    const { code, document } = await genesis(['write a blog post about moss'], cwd)
    expect({ code, status: document.status }).toEqual({ code: 6, status: 'awaiting-approval' })
    expect(document.files?.pipeline.startsWith(join(cwd, '.pipewright'))).toBe(true)
    expect(await exists(join(cwd, 'pipelines'))).toBe(false)
    const approved = await pipewrightJson<Outcome>(['approve', document.id], { cwd })
    expect({ code: approved.code, status: approved.document.status }).toEqual({ code: 0, status: 'created' })
    expect(await exists(join(cwd, 'pipelines', 'blog-post', 'pipeline.yaml'))).toBe(true)
    const again = await pipewrightJson<{ error: { code: string } }>(['approve', document.id], { cwd })
    expect({ code: again.code, error: again.document.error.code }).toEqual({ code: 1, error: 'RUN_NOT_WAITING' })
  })

  test('waits for a person, who may say no', async () => {
    const cwd = await createProject()
    const { document } = await genesis(['write a blog post about moss'], cwd)
    const rejected = await pipewrightJson<Outcome>(['reject', document.id, '--reason', 'too short'], { cwd })
    expect(rejected.code).toBe(5)
    expect(rejected.document).toMatchObject({ status: 'failed', files: null, error: { code: 'APPROVAL_REJECTED' } })
    expect(await exists(join(cwd, 'pipelines'))).toBe(false)
  })

  test('takes answers and a model from whoever calls it', async () => {
    const cwd = await createProject({ 'answers.yaml': 'topic: bees\nwords: 300\n' })
    const args = ['write a blog post', '--answers', 'answers.yaml', '--model', 'openai/gpt-5-mini', '--yes']
    const { code, document } = await genesis(args, cwd)
    expect(code).toBe(0)
    const made = parse(await readFile(document.files?.pipeline ?? '', 'utf8')) as object
    expect(made).toMatchObject({
      defaults: { model: 'openai/gpt-5-mini' },
      inputs: { topic: { default: 'bees' }, words: { default: 300 } },
    })
  })

  test('takes the template that --template names', async () => {
    const cwd = await createProject()
    const { document } = await genesis(['something for the team', '--template', 'paper-summary', '--yes'], cwd)
    expect(document).toMatchObject({ status: 'created', template: { name: '@pipewright/paper-summary' } })
  })

  test('says which files it names are not there', async () => {
    const cwd = await createProject()
    const { document } = await genesis(['clean up nowhere.csv', '--dry-run'], cwd)
    expect(document.missingFiles).toEqual(['nowhere.csv'])
    const { stdout } = await pipewright(['genesis', 'clean up nowhere.csv', '--dry-run'], { cwd })
    expect(stdout).toContain('nowhere.csv is not a file here')
  })
})

describe('a requirement that no template fits', () => {
  test('is left alone, with what came closest', async () => {
    const cwd = await createProject()
    const { code, document } = await genesis(['predict tomorrow’s stock prices and buy shares automatically'], cwd)
    expect({ code, status: document.status, template: document.template, files: document.files, confidence: document.confidence }).toEqual({
      code: 1,
      status: 'no-match',
      template: null,
      files: null,
      confidence: 0,
    })
    expect(document.candidates.length).toBeGreaterThan(3)
    expect(document.usage.calls).toBe(0)
  })

  test('is asked about when it says next to nothing', async () => {
    const cwd = await createProject()
    const { code, document } = await genesis(['help me'], cwd)
    expect({ code, status: document.status, asked: document.questions.map(({ id }) => id) }).toEqual({
      code: 6,
      status: 'needs-answers',
      asked: ['goal'],
    })
    const said = await createProject({ 'answers.json': '{"goal":"customer reviews go in, how people feel comes out"}' })
    const answered = await genesis(['help me', '--answers', 'answers.json', '--yes'], said)
    expect(answered.document).toMatchObject({ status: 'created', template: { name: '@pipewright/sentiment-report' } })
  })
})

describe('what goes wrong', () => {
  test.each<[string, string[], number, string]>([
    ['an empty requirement', [' '], 2, 'USAGE'],
    ['an unknown template', ['anything at all', '--template', 'nothing-like-it'], 7, 'PACKAGE_NOT_FOUND'],
    ['answers that are not there', ['write a blog post', '--answers', 'none.yaml'], 1, 'FILE_NOT_FOUND'],
    ['a limit that is no amount', ['write a blog post', '--max-usd', 'much'], 2, 'USAGE'],
  ])('%s', async (_what, args, exit, error) => {
    const cwd = await createProject()
    const { code, document } = await genesis(args, cwd)
    expect({ code, error: document.error?.code }).toEqual({ code: exit, error })
    expect(await exists(join(cwd, 'pipelines'))).toBe(false)
  })

  test('a registry that is down is stood in for by the built-in catalogue, and that is said', async () => {
    const cwd = await createProject()
    const { code, document, stderr } = await genesis(['write a blog post about moss', '--yes', '--registry', 'http://127.0.0.1:9'], cwd)
    expect({ code, status: document.status }).toEqual({ code: 0, status: 'created' })
    expect(stderr).toContain('The built-in catalogue serves instead.')
  })
})

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null
}

import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { readDocumentFile } from '../create-engine.js'
import type { Engine } from '../engine.js'
import { PipewrightError, toPipewrightError } from '../errors/pipewright-error.js'
import { compileValue } from '../pipeline/compiled-value.js'
import type { Plan } from '../pipeline/plan.js'
import { readYaml } from '../pipeline/read-yaml.js'
import type { Cost } from '../points/estimate.js'
import type { TestOutcome } from '../points/genesis-stage.js'
import type { PackageFile } from '../points/template-source.js'
import type { RunSettings } from '../run/journal-record.js'
import type { RunResult } from '../run/run-result.js'
import { checkAssertion } from './check-assertion.js'
import { pipelineTestSchema, type PipelineTest } from './test-schema.js'

export interface TestOptions {
  /** Makes an engine whose project is the folder given; its runs are thrown away with it. */
  readonly createEngine: (projectRoot: string) => Engine
  /** Records model answers into the package's cassettes instead of replaying them. */
  readonly record?: boolean
  readonly onOutcome?: (outcome: TestOutcome) => void
}

/** A package's `pipeline.yaml` and what stands around it: a folder, or files in memory. */
export type TestedPackage = { readonly directory: string } | { readonly files: readonly PackageFile[] }

/**
 * Runs the `tests/*.test.yaml` of a package on a copy of it in a temporary folder, so that nothing a test writes stays.
 * @throws DOCUMENT_NOT_FOUND, and what a test file that cannot be read says of itself
 */
export async function runPipelineTests(tested: TestedPackage, options: TestOptions): Promise<readonly TestOutcome[]> {
  const copy = await mkdtemp(join(tmpdir(), 'pipewright-test-'))
  try {
    await materialise(tested, copy)
    const engine = options.createEngine(copy)
    const plan = await planOf(engine, join(copy, 'pipeline.yaml'))
    const outcomes: TestOutcome[] = []
    for (const file of await testFiles(join(copy, 'tests'))) {
      // Recorded answers belong to the package itself, not to the copy.
      const cassettes = join(options.record && 'directory' in tested ? tested.directory : copy, 'cassettes')
      const outcome = await runTest(engine, plan, await readTest(file), cassettes, options.record === true)
      options.onOutcome?.(outcome)
      outcomes.push(outcome)
    }
    return outcomes
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

async function materialise(tested: TestedPackage, copy: string): Promise<void> {
  if ('directory' in tested) {
    const left = new Set(['node_modules', '.git', '.pipewright'])
    await cp(tested.directory, copy, { recursive: true, filter: (source) => !left.has(basename(source)) })
    return
  }
  for (const file of tested.files) {
    const path = join(copy, file.path)
    if (!path.startsWith(copy)) throw new PipewrightError('PACKAGE_INVALID', `${file.path} leaves the package.`)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, file.content, file.encoding)
  }
}

async function planOf(engine: Engine, file: string): Promise<Plan> {
  const { plan, findings } = await engine.check(await readDocumentFile(file))
  if (plan) return plan
  const [first] = findings
  throw new PipewrightError(
    first?.code ?? 'INVALID_VALUE',
    first?.message ?? 'The pipeline is not valid.',
    first ? { hint: first.hint, place: { file: 'pipeline.yaml', line: first.line, column: first.column } } : {},
  )
}

async function testFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => name.endsWith('.test.yaml'))
    .toSorted()
    .map((name) => join(folder, name))
}

async function readTest(file: string): Promise<PipelineTest> {
  const yaml = readYaml(await readFile(file, 'utf8'))
  const name = `tests/${basename(file)}`
  if (!yaml.ok) {
    const [problem] = yaml.problems
    throw new PipewrightError(problem?.code ?? 'YAML_SYNTAX', problem?.message ?? 'not readable', {
      place: { file: name, ...problem?.position },
    })
  }
  const parsed = pipelineTestSchema.safeParse(yaml.value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = (issue?.path ?? []).map(String)
  throw new PipewrightError('INVALID_VALUE', `${name}: ${path.join('.') || 'the test'}: ${issue?.message ?? 'not valid'}`, {
    place: { file: name, ...yaml.sources.value(path) },
  })
}

async function runTest(engine: Engine, plan: Plan, test: PipelineTest, cassettes: string, record: boolean): Promise<TestOutcome> {
  const failures: string[] = []
  const say = (ok: boolean, failure: string): void => void (ok || failures.push(failure))
  try {
    const tested = test.step === undefined ? plan : onlyStep(plan, test.step, test)
    const result = await engine.start(tested, {
      inputs: test.inputs,
      settings: settingsOf(test, cassettes, record),
      completed: test.step === undefined ? {} : test.steps,
    })
    const { expect } = test
    say(
      result.status === expect.status,
      `the run ${result.status}${result.error ? ` (${result.error.code}: ${result.error.message})` : ''}, but should have ${expect.status}`,
    )
    if (expect.error !== undefined)
      say(result.error?.code === expect.error, `the error is ${result.error?.code ?? 'none'}, but should be ${expect.error}`)
    if (failures.length === 0) failures.push(...checkOutputs(test, result), ...checkUsage(test, result))
    if (test.kind === 'performance' && !expect.usage)
      failures.push(...withinEstimate((await engine.estimate(plan, test.inputs, { quick: true })).total.worst, result))
    return { name: test.test, kind: test.kind, ok: failures.length === 0, failures, origin: result.origin }
  } catch (thrown) {
    const error = toPipewrightError(thrown)
    const expected = test.expect.error !== undefined && error.code === test.expect.error
    return { name: test.test, kind: test.kind, ok: expected, failures: expected ? [] : [`${error.code}: ${error.message}`], origin: null }
  }
}

/** The plan of one step, with the steps that it refers to taken as done. */
function onlyStep(plan: Plan, id: string, test: PipelineTest): Plan {
  const { steps } = plan.block
  const step = steps.find((candidate) => candidate.id === id)
  if (!step) throw new PipewrightError('UNKNOWN_VARIABLE', `There is no step "${id}" to test.`)
  const given = steps.filter((candidate) => candidate.id in test.steps && candidate.id !== id).map((other) => ({ ...other, dependsOn: [] }))
  const inputs = Object.fromEntries(
    Object.entries(plan.document.inputs).filter(([name, input]) => name in test.inputs || input.default !== undefined),
  )
  const outputs = compileValue({ output: `{{ steps.${id}.output }}` }, (_path, error) => {
    throw error
  })
  const { budget: _budget, ...document } = plan.document
  return {
    ...plan,
    document: { ...document, inputs },
    block: { steps: [...given, { ...step, dependsOn: given.map((other) => other.id) }], output: null },
    finally: { steps: [], output: null },
    outputs,
  }
}

function settingsOf(test: PipelineTest, cassettes: string, record: boolean): RunSettings {
  if (test.model === 'live') return {}
  if (test.model === 'simulated') return { provider: 'simulated' }
  return { provider: 'cassette', providerSettings: { folder: cassettes, ...(record ? { record } : {}) } }
}

function checkOutputs(test: PipelineTest, result: RunResult): string[] {
  const subject = { ...result, ...(test.step === undefined ? {} : { output: result.outputs['output'] }) }
  return test.expect.assert.flatMap((assertion) => checkAssertion(assertion, subject) ?? [])
}

function checkUsage(test: PipelineTest, result: RunResult): string[] {
  const used = { tokens: result.usage.inputTokens + result.usage.outputTokens, usd: result.usage.usd, calls: result.usage.calls }
  return Object.entries(test.expect.usage ?? {}).flatMap(([name, bound]) => checkAssertion({ path: name, ...bound }, used) ?? [])
}

function withinEstimate(worst: Cost, result: RunResult): string[] {
  const tokens = result.usage.inputTokens + result.usage.outputTokens
  return tokens <= worst.tokens ? [] : [`the run used ${tokens} tokens, more than its worst estimate of ${worst.tokens}`]
}

import { isMap, parseDocument, stringify, type Document } from 'yaml'
import { pipelineTestSchema, type InputDocument, type PackageFile, type PipelineDocument, type PipelineTest } from '@pipewright/kernel'
import type { Filled } from './shapes.js'

export interface DerivedTests {
  /** The package's test files, the new ones last. */
  readonly files: readonly PackageFile[]
  /** The template's tests that make no sense with the parameters filled in, by what they say. */
  readonly dropped: readonly string[]
}

interface TestFile {
  readonly file: PackageFile
  readonly document: Document
  readonly test: PipelineTest
}

/**
 * The tests of a pipeline made from a template. The template's own go on testing what they were written for: a parameter
 * that is filled in now keeps, in them, the template's default. New ones run the pipeline with the filled values, on the
 * template's sample data, with simulated answers.
 * @param template the template's document, before anything was filled in
 */
export function deriveTests(files: readonly PackageFile[], template: PipelineDocument, filled: readonly Filled[]): DerivedTests {
  const others: PackageFile[] = []
  const tests: TestFile[] = []
  const dropped: string[] = []
  for (const file of files) {
    const read = readTest(file)
    if (!read) others.push(file)
    else if (isAboutMissingInput(read.test, template, filled)) dropped.push(read.test.test)
    else tests.push(read)
  }
  const kept = tests.map(({ file, document, test }) => pin(file, document, test, template, filled))
  return { files: [...others, ...kept, ...newTests(tests, template, filled)], dropped }
}

/** A file that is a test; undefined for anything else. One that is broken is kept as it is: running it says what is wrong. */
function readTest(file: PackageFile): TestFile | undefined {
  if (file.encoding !== 'utf8' || !/^tests\/[^/]+\.test\.yaml$/.test(file.path)) return undefined
  const document = parseDocument(file.content)
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined
  const parsed = pipelineTestSchema.safeParse(document.toJS({ maxAliasCount: 100 }))
  return parsed.success ? { file, document, test: parsed.data } : undefined
}

/** Whether a test expects the run to be refused for want of a parameter that now has a value. */
function isAboutMissingInput({ expect, inputs }: PipelineTest, template: PipelineDocument, filled: readonly Filled[]): boolean {
  return expect.error === 'INPUT_MISSING' && filled.some(({ input }) => !(input in inputs) && !hasDefault(template.inputs[input]))
}

function pin(
  file: PackageFile,
  document: Document,
  test: PipelineTest,
  template: PipelineDocument,
  filled: readonly Filled[],
): PackageFile {
  const pinned = defaultsOf(filled, template).filter(([input]) => !(input in test.inputs))
  if (pinned.length === 0) return file
  for (const [input, value] of pinned) document.setIn(['inputs', input], document.createNode(value))
  return { ...file, content: document.toString({ lineWidth: 120 }) }
}

function newTests(tests: readonly TestFile[], template: PipelineDocument, filled: readonly Filled[]): PackageFile[] {
  const sample = sampleInputs(tests, template)
  if (!sample) return []
  // A file of the person's stays where it is: the test reads the template's sample instead.
  const values = filled.filter(({ input }) => template.inputs[input]?.type !== 'file')
  const inputs = {
    ...Object.fromEntries(defaultsOf(filled, template)),
    ...sample,
    ...Object.fromEntries(values.map(({ input, value }) => [input, value])),
  }
  const names = values.map(({ input }) => input)
  const suffix = names.length > 0 ? ` with ${names.join(', ')} as asked for` : ''
  const outputs = Object.keys(template.outputs).map((name) => ({ path: `outputs.${name}` }))
  return [
    testFile('genesis-integration', {
      test: `it runs to its end and gives every output${suffix}`,
      kind: 'integration',
      inputs,
      model: 'simulated',
      expect: { status: 'succeeded', assert: outputs },
    }),
    testFile('genesis-performance', {
      test: `it stays within its worst estimate${suffix}`,
      kind: 'performance',
      inputs,
      model: 'simulated',
      expect: { status: 'succeeded' },
    }),
  ]
}

/** What the template runs on in a test of its own; nothing when it has no such test and needs something. */
function sampleInputs(tests: readonly TestFile[], template: PipelineDocument): Readonly<Record<string, unknown>> | undefined {
  const whole = tests.filter(({ test }) => test.step === undefined && test.expect.status === 'succeeded')
  const best = whole.find(({ test }) => test.model === 'simulated') ?? whole.find(({ test }) => test.kind === 'integration')
  if (best) return best.test.inputs
  return Object.values(template.inputs).every(hasDefault) ? {} : undefined
}

/** The template's own values of what was filled in. */
function defaultsOf(filled: readonly Filled[], template: PipelineDocument): (readonly [string, unknown])[] {
  return filled.flatMap(({ input }) => {
    const declared = template.inputs[input]
    return declared !== undefined && hasDefault(declared) ? [[input, declared.default] as const] : []
  })
}

function hasDefault(input: InputDocument | undefined): boolean {
  return input !== undefined && input.default !== undefined
}

function testFile(name: string, test: Readonly<Record<string, unknown>>): PackageFile {
  const content = `# Made by genesis.\n${stringify(test, { lineWidth: 120 })}`
  return { path: `tests/${name}.test.yaml`, content, encoding: 'utf8' }
}

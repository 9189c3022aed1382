import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { openProject } from '../project/open-project.js'
import { documentJsonSchema } from '../project/document-json-schema.js'
import type { CommandRunner } from '../program.js'

const schemaPath = '.pipewright/pipeline.schema.json'

const configText = `# Every key is optional; docs/reference/configuration.md of Pipewright has all of them.
model: anthropic/claude-haiku-4-5
`

const pipelineText = `# yaml-language-server: $schema=../../${schemaPath}
pipeline: hello
version: 0.1.0
description: Greets a person, in a few words or many.
inputs:
  name: { type: string, default: world, description: Whom to greet }
budget: { tokens: 2000, usd: 0.01, time: 1m }
steps:
  - id: greet
    uses: prompt
    with:
      prompt: Write one friendly sentence that greets {{ inputs.name }}.
      max_output_tokens: 100
outputs:
  greeting: "{{ steps.greet.output }}"
`

const testText = `test: a greeting comes out
kind: integration
model: simulated
inputs: { name: Ada }
expect:
  status: succeeded
  assert:
    - { path: outputs.greeting, matches: "." }
  usage: { calls: { at_most: 1 } }
`

/** Makes what is missing of a project; what stands is left as it is. */
export const run: CommandRunner = async (context, [dir = '.']) => {
  const { output, cwd } = context
  const root = resolve(cwd, dir)
  await mkdir(root, { recursive: true })
  const project = await openProject(context, root)
  try {
    const schema = `${JSON.stringify(await documentJsonSchema(project.host), null, 1)}\n`
    const created: string[] = []
    for (const [path, text] of [
      ['pipewright.yaml', configText],
      ['pipelines/hello/pipeline.yaml', pipelineText],
      ['pipelines/hello/tests/greeting.test.yaml', testText],
    ] as const) {
      if (await writeNew(join(root, path), text)) created.push(path)
    }
    await writeAlways(join(root, schemaPath), schema)
    if (await ignoreState(join(root, '.gitignore'))) created.push('.gitignore')
    output.result({ root, created })
    const { color } = output
    for (const path of created) output.print(`${color.green('✓')} ${path}`)
    if (created.length === 0) output.print('Everything is there already.')
    const way = relative(cwd, root)
    if (way !== '') output.print(`  ${color.cyan('→')} cd ${way}`)
    output.next('run pipelines/hello/pipeline.yaml --provider simulated', 'runs it without a key; the answers are made up')
    output.next('genesis "what you need, in your own words"', 'finds a template and makes a pipeline of it')
    return 0
  } finally {
    await project.close()
  }
}

async function writeNew(path: string, text: string): Promise<boolean> {
  const stands = await stat(path).catch(() => null)
  if (stands) return false
  await writeAlways(path, text)
  return true
}

async function writeAlways(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

async function ignoreState(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '')
  if (text.split(/\r?\n/).includes('.pipewright/')) return false
  await writeFile(path, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}.pipewright/\n`)
  return true
}

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readYaml } from '@pipewright/kernel/documents'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkout, runCommand } from '../support/run-command.js'
import { markdownFiles } from './pages.js'

/** A page that makes a plugin first; its pipelines are run by the test of plugins from outside. */
const makesPlugin = 'docs/write-a-plugin.md'
/** Examples that are wrong on purpose, by their pipeline's name. */
const wrongOnPurpose = new Set(['typo'])

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pipewright-examples-'))
  await writeFile(join(folder, 'pipewright.yaml'), 'model: anthropic/claude-haiku-4-5\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('the pipelines that pages show are valid', async () => {
  const shown: { readonly where: string; readonly file: string }[] = []
  for (const page of (await markdownFiles(checkout)).filter((path) => path !== makesPlugin)) {
    const markdown = await readFile(join(checkout, page), 'utf8')
    for (const [, text = ''] of markdown.matchAll(/^```yaml[^\n]*\n([\s\S]*?)^```$/gm)) {
      const name = pipelineName(text)
      if (name === undefined || wrongOnPurpose.has(name)) continue
      const file = join(folder, `${shown.length}.yaml`)
      await writeFile(file, text)
      shown.push({ where: `${page}: ${name}`, file })
    }
  }
  const { printed } = await runCommand(`pipewright validate ${shown.map(({ file }) => file).join(' ')} --json 2>/dev/null`, folder)
  const { findings } = JSON.parse(printed) as { findings: { severity: string; file: string; message: string }[] }
  const errors = findings.filter(({ severity }) => severity === 'error')
  expect(errors.map((error) => `${shown.find(({ file }) => file === error.file)?.where}: ${error.message}`)).toEqual([])
  expect(shown.length).toBeGreaterThan(4)
}, 60_000)

/** The name of the pipeline that a block holds whole; undefined for parts of one, and for other documents. */
function pipelineName(text: string): string | undefined {
  const yaml = readYaml(text)
  if (!yaml.ok) return undefined
  const { value } = yaml
  return typeof value === 'object' && value !== null && 'pipeline' in value && 'steps' in value ? String(value.pipeline) : undefined
}

import { readFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { parse } from 'yaml'
import { pipelineTestSchema, type InputDocument } from '@pipewright/kernel'

/** The inputs of the test that genesis wrote, with files as the project sees them; null when it wrote none. */
export async function sampleInputs(
  files: { readonly pipeline: string; readonly tests: string },
  root: string,
  inputs: Readonly<Record<string, InputDocument>>,
): Promise<Record<string, unknown> | null> {
  const text = await readFile(join(files.tests, 'genesis-integration.test.yaml'), 'utf8').catch(() => null)
  if (text === null) return null
  const test = pipelineTestSchema.parse(parse(text, { maxAliasCount: 100 }))
  const folder = relative(root, dirname(files.pipeline)).split(sep).join('/')
  return Object.fromEntries(
    Object.entries(test.inputs).map(([name, value]) => [name, inputs[name]?.type === 'file' ? `${folder}/${String(value)}` : value]),
  )
}

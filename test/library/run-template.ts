import { join } from 'node:path'
import { libraryFolder } from '@pipewright/catalogue'
import { createProject, pipewrightJson } from '../support/command-line.js'

/** What `run --json` prints, as far as these tests look at it. */
export interface Run<Outputs> {
  readonly status: string
  readonly origin: string | null
  readonly outputs: Outputs
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null
  readonly usage: { readonly calls: number; readonly usd: number }
}

/** Runs a starter template with the simulated provider, as a user does. */
export async function runTemplate<Outputs>(name: string, inputs: Readonly<Record<string, string>>): Promise<Run<Outputs>> {
  const given = Object.entries(inputs).flatMap(([input, value]) => ['--input', `${input}=${value}`])
  const pipeline = join(libraryFolder, name, 'pipeline.yaml')
  const { document } = await pipewrightJson<Run<Outputs>>(['run', pipeline, '--provider', 'simulated', ...given], {
    cwd: await createProject(),
  })
  return document
}

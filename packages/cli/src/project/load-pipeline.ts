import { resolve } from 'node:path'
import { readDocumentFile, type CheckedDocument, type DocumentSource, type Engine, type PlanEstimate, type Plan } from '@pipewright/kernel'
import { InvalidPipeline } from '../output/report-error.js'

export interface ValidPipeline {
  readonly source: DocumentSource
  readonly plan: Plan
  readonly estimate: PlanEstimate
  readonly findings: CheckedDocument['findings']
}

/** Reads a pipeline and refuses one with errors. @throws the errors that validation found, and those of reading the file */
export async function loadPipeline(engine: Engine, file: string, cwd: string): Promise<ValidPipeline> {
  const source = await readDocumentFile(resolve(cwd, file))
  const { plan, estimate, findings } = await engine.check(source)
  if (plan && estimate) return { source, plan, estimate, findings }
  const [first, ...others] = findings.filter((finding) => finding.severity === 'error')
  if (!first) throw new Error(`${file} was refused without an error.`)
  throw new InvalidPipeline([first, ...others])
}

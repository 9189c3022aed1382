import { resolve } from 'node:path'
import {
  PipewrightError,
  readDocumentFile,
  type CheckedDocument,
  type DocumentSource,
  type Engine,
  type PlanEstimate,
  type Plan,
} from '@pipewright/kernel'
import type { Output } from '../output/output.js'
import { printFindings } from '../output/findings.js'

export interface ValidPipeline {
  readonly source: DocumentSource
  readonly plan: Plan
  readonly estimate: PlanEstimate
  readonly findings: CheckedDocument['findings']
}

/** Reads a pipeline and refuses one with errors, after showing all of them. @throws the first error */
export async function loadPipeline(engine: Engine, file: string, cwd: string, output: Output): Promise<ValidPipeline> {
  const source = await readDocumentFile(resolve(cwd, file))
  const { plan, estimate, findings } = await engine.check(source)
  if (plan && estimate) return { source, plan, estimate, findings }
  const errors = findings.filter((finding) => finding.severity === 'error')
  const [first] = errors
  if (errors.length > 1) await printFindings(errors.slice(1), output)
  throw new PipewrightError(
    first?.code ?? 'INVALID_VALUE',
    first?.message ?? 'The pipeline is not valid.',
    first ? { hint: first.hint, place: { file: first.file, line: first.line, column: first.column } } : {},
  )
}

import type { z } from 'zod'
import type { Finding } from '../errors/finding.js'
import type { Estimate } from './estimate.js'
import type { Origin } from './origin.js'
import type { JsonSchema } from './provider.js'
import type { StepContext } from './step.js'
import type { PackageFile, TemplateSource } from './template-source.js'

export interface TestOutcome {
  readonly name: string
  readonly kind: string
  readonly ok: boolean
  /** What failed, empty when nothing did. */
  readonly failures: readonly string[]
  /** What answered the model calls; null when there were none. */
  readonly origin: Origin | null
}

/** What genesis needs of the product beside what every step has. Supplied by the host's composition. */
export interface GenesisServices {
  readonly templates: TemplateSource
  /** Validates a pipeline that is not on disk yet, at the first four levels. */
  validate(
    pipeline: string,
    options: { readonly inputs: Readonly<Record<string, unknown>> },
  ): Promise<{ readonly findings: readonly Finding[]; readonly estimate: Estimate | null }>
  /** Runs a package's tests from memory, in a folder of their own. */
  runTests(files: readonly PackageFile[]): Promise<readonly TestOutcome[]>
  /** Whether a file that a requirement names exists; a path relative to the project when it lies inside. */
  findFile(path: string): Promise<string | null>
}

/**
 * One part of genesis. Contract v1. `reads` is all it is shown of the genesis state and `writes` all it can add, so
 * its context is bounded. The host runs it as the step `genesis/<id>` of the coordinator pipeline.
 */
export interface GenesisStage<Reads = unknown, Writes = unknown> {
  readonly contract: 'v1'
  readonly id: string
  readonly summary: string
  readonly reads: z.ZodType<Reads>
  readonly writes: z.ZodType<Writes>
  readonly usesModel: boolean
  estimate?(reads: Partial<Reads>): Estimate
  run(reads: Reads, context: StepContext & { readonly genesis: GenesisServices }): Promise<Writes>
}

/** What can be known of a stage without loading its plugin. */
export interface GenesisStageDescription {
  readonly kind: 'genesis-stage'
  readonly id: string
  readonly summary: string
  readonly reads: JsonSchema
  readonly writes: JsonSchema
  readonly usesModel: boolean
}

/** Keeps a stage's types through its definition. */
export function defineStage<Reads, Writes>(stage: GenesisStage<Reads, Writes>): GenesisStage<Reads, Writes> {
  return stage
}

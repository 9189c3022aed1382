import type { ExtensionPoints } from '../points/extension-points.js'
import type { TemplateCompiler } from './compile-step.js'
import type { PipelineDocument } from './document-schema.js'
import type { FindingList } from './finding-list.js'
import type { DocumentPath } from './source-map.js'

export interface BindOptions {
  readonly points: ExtensionPoints
  /** The project's default model. */
  readonly defaultModel?: string | undefined
  /** Ids of guardrails that the project adds to every pipeline. */
  readonly guardrails?: readonly string[]
  /** Names of the secrets that the project's configuration has. */
  readonly secrets?: readonly string[]
}

/** What the parts of a document are bound with. */
export interface BindContext extends BindOptions {
  readonly document: PipelineDocument
  readonly findings: FindingList
  readonly compiler: TemplateCompiler
  /** Notes a finding when there is no such model. @returns whether there is */
  checkModel(model: string, at: DocumentPath): Promise<boolean>
}

import type { Finding } from '../errors/finding.js'
import { documentSchema, type PipelineDocument } from './document-schema.js'
import { readYaml } from './read-yaml.js'
import type { SourceMap } from './source-map.js'
import { syntaxFinding, syntaxFindings } from './syntax-findings.js'

export type ReadDocument =
  | { readonly ok: true; readonly document: PipelineDocument; readonly sources: SourceMap }
  | { readonly ok: false; readonly findings: readonly Finding[] }

const mostIssues = 50

/** Text as a pipeline document, or syntax findings that say where it is not one. Never throws for what the text holds. */
export function readDocument(text: string, file: string): ReadDocument {
  const yaml = readYaml(text)
  if (!yaml.ok)
    return { ok: false, findings: yaml.problems.map((problem) => syntaxFinding(file, problem.code, problem.message, problem.position)) }
  const { value, sources } = yaml
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const finding = syntaxFinding(
      file,
      'INVALID_VALUE',
      'A pipeline is a map with the keys pipeline, inputs, steps and outputs.',
      { line: 1, column: 1 },
      '`pipewright init` makes a first one.',
    )
    return { ok: false, findings: [finding] }
  }
  const parsed = documentSchema.safeParse(value)
  if (parsed.success) return { ok: true, document: parsed.data, sources }
  return { ok: false, findings: syntaxFindings(parsed.error.issues.slice(0, mostIssues), { file, sources, value }) }
}

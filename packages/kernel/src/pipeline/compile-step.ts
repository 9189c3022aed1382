import { compileValue, type CompiledValue } from './compiled-value.js'
import type { ForEachDocument } from './document-schema.js'
import type { FindingList } from './finding-list.js'
import type { LocatedReference } from './plan.js'
import type { DocumentPath } from './source-map.js'
import { compileCondition, compileTemplate, isTemplate, type CompiledTemplate } from './template-engine.js'

/** A reference, with what it may refer to at its place. */
export interface ScopedReference extends LocatedReference {
  readonly names: NameScope
}

/** What templates can refer to at a place of the document. */
export interface NameScope {
  /** Ids of the steps of this block and of those around it. */
  readonly steps: ReadonlySet<string>
  /** What else has a value here, beside what has one everywhere: `item`, `index`, `loop`, `arguments`, `error`. */
  readonly words: ReadonlySet<string>
}

/** Compiles the templates of a document, and notes what they refer to. What does not compile becomes a finding. */
export class TemplateCompiler {
  readonly references: ScopedReference[] = []
  private readonly findings: FindingList

  constructor(findings: FindingList) {
    this.findings = findings
  }

  /** @param literal the ways to texts that are in another language */
  value(value: unknown, path: DocumentPath, names: NameScope, step: string | null, literal?: readonly DocumentPath[]): CompiledValue {
    const compiled = compileValue(value, (at, error) => this.problem([...path, ...at], error), literal)
    for (const { path: at, template } of compiled.templates) this.note(template, [...path, ...at], names, step)
    return compiled
  }

  condition(source: string, path: DocumentPath, names: NameScope, step: string | null): CompiledTemplate | true {
    return this.compile(compileCondition, source, path, names, step) ?? true
  }

  /** A single value: bare, or in `{{ }}`. */
  expression(source: string, path: DocumentPath, names: NameScope, step: string | null): CompiledTemplate {
    return this.text(asExpression(source), path, names, step)
  }

  /** A text with values in it. */
  text(source: string, path: DocumentPath, names: NameScope, step: string | null): CompiledTemplate {
    return this.compile(compileTemplate, source, path, names, step) ?? { source, references: [], evaluate: () => source }
  }

  list(given: ForEachDocument, path: DocumentPath, names: NameScope, step: string): CompiledValue {
    return this.value(typeof given === 'string' ? asExpression(given) : given, path, names, step)
  }

  private compile(
    how: (source: string) => CompiledTemplate,
    source: string,
    path: DocumentPath,
    names: NameScope,
    step: string | null,
  ): CompiledTemplate | undefined {
    try {
      const template = how(source)
      this.note(template, path, names, step)
      return template
    } catch (error) {
      this.problem(path, error)
      return undefined
    }
  }

  private note(template: CompiledTemplate, path: DocumentPath, names: NameScope, step: string | null): void {
    for (const reference of template.references) this.references.push({ reference, path, source: template.source, step, names })
  }

  private problem(path: DocumentPath, error: unknown): void {
    this.findings.thrown('semantic', path, error)
  }
}

/** `for_each: inputs.tickets` reads the same as `for_each: "{{ inputs.tickets }}"`. */
function asExpression(text: string): string {
  return isTemplate(text) ? text : `{{ ${text} }}`
}

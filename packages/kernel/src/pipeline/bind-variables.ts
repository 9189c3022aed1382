import type { BindContext } from './bind-context.js'
import type { NameScope } from './compile-step.js'
import type { PipelineDocument } from './document-schema.js'
import type { Plan } from './plan.js'

/** The variables of a document, each after those that it refers to. A circle becomes a finding. */
export function bindVariables(document: PipelineDocument, names: NameScope, { compiler, findings }: BindContext): Plan['variables'] {
  const compiled = new Map(
    Object.entries(document.variables).map(([name, given]) => {
      const value = compiler.value(given, ['variables', name], names, null)
      const needs = value.templates.flatMap(({ template }) =>
        template.references.flatMap(([root, other]) => (root === 'variables' && other !== undefined ? [String(other)] : [])),
      )
      return [name, { value, needs }] as const
    }),
  )
  const ordered = new Map<string, Plan['variables'][number]>()
  const visit = (name: string, around: readonly string[]): void => {
    const variable = compiled.get(name)
    // One that does not exist is a matter of the references.
    if (!variable || ordered.has(name)) return
    if (around.includes(name)) {
      const circle = [...around.slice(around.indexOf(name)), name].join(' → ')
      findings.error('logical', 'STEP_CYCLE', `These variables need each other: ${circle}.`, findings.sources.key(['variables', name]))
      return
    }
    for (const other of variable.needs) visit(other, [...around, name])
    ordered.set(name, { name, value: variable.value })
  }
  for (const name of compiled.keys()) visit(name, [])
  return [...ordered.values()]
}

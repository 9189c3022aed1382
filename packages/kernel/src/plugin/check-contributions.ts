import { z } from 'zod'
import { PipewrightError } from '../errors/pipewright-error.js'
import { nameHint } from '../pipeline/nearest.js'
import type { ContributionOf } from '../points/extension-points.js'
import { contributionKeys, contributionShapes } from './contribution-shapes.js'
import { inputIssues } from './input-issues.js'
import { manifestFile, type InstalledPlugin } from './installed-plugin.js'
import type { ContributionKind } from './manifest.js'

export interface ActiveContribution {
  readonly kind: ContributionKind
  readonly contribution: ContributionOf[ContributionKind]
}

const named = z.looseObject({ id: z.string(), contract: z.string() })

/**
 * Holds what `setup` returned against the manifest, and freezes it.
 * @throws PLUGIN_CONTRIBUTION_MISMATCH for what is undeclared, missing, given twice, of another contract or not of its kind's shape
 */
export function checkContributions(returned: unknown, plugin: InstalledPlugin): readonly ActiveContribution[] {
  const { manifest } = plugin
  const mismatch = (message: string, hint?: string): PipewrightError =>
    new PipewrightError('PLUGIN_CONTRIBUTION_MISMATCH', `${manifest.name}: ${message}`, {
      place: { file: manifestFile(plugin.source.directory) },
      ...(hint === undefined ? {} : { hint }),
    })
  if (typeof returned !== 'object' || returned === null) throw mismatch('setup did not return its contributions.')
  const lists: Readonly<Record<string, unknown>> = { ...returned }
  const keys: readonly string[] = Object.values(contributionKeys)
  const unknown = Object.keys(lists).find((key) => !keys.includes(key))
  if (unknown !== undefined) throw mismatch(`setup returned "${unknown}", which is no kind of contribution.`, nameHint(unknown, keys, ''))

  const found = new Map<string, ActiveContribution>()
  const accept = (kind: ContributionKind, value: unknown): void => {
    const head = named.safeParse(value)
    if (!head.success) throw mismatch(`an entry of "${contributionKeys[kind]}" is not a ${kind}: ${inputIssues(head.error)}.`)
    const { id, contract } = head.data
    const name = nameOf(kind, id)
    const declared = manifest.contributes.find((entry) => entry.kind === kind && entry.id === id)
    if (!declared) throw mismatch(`setup returned ${name}, which its manifest does not declare.`)
    if (found.has(name)) throw mismatch(`setup returned ${name} twice.`)
    if (declared.contract !== contract) throw mismatch(`${name} says contract ${contract}, its manifest ${declared.contract}.`)
    const shape = contributionShapes[kind].safeParse(value)
    if (!shape.success) throw mismatch(`${name} is not a ${kind}: ${inputIssues(shape.error)}.`, 'Correct what setup returns.')
    // The shape has just been checked; the parsed copy is dropped, since the original may be the instance of a class.
    found.set(name, { kind, contribution: Object.freeze(value as ContributionOf[ContributionKind]) })
  }
  for (const [kind, key] of Object.entries(contributionKeys) as [ContributionKind, string][]) {
    const list = lists[key] ?? []
    if (!Array.isArray(list)) throw mismatch(`"${key}" has to be a list.`)
    for (const value of list) accept(kind, value)
  }
  const missing = manifest.contributes.find(({ kind, id }) => !found.has(nameOf(kind, id)))
  if (missing) throw mismatch(`its manifest declares ${nameOf(missing.kind, missing.id)}, which setup did not return.`)
  return Object.freeze([...found.values()])
}

function nameOf(kind: ContributionKind, id: string): string {
  return `the ${kind} "${id}"`
}

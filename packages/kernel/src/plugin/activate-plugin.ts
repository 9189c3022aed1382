import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DisposalScope } from '../di/disposal-scope.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import type { ContributionOf } from '../points/extension-points.js'
import type { Contributions, Plugin, PluginContext } from './define-plugin.js'
import { isInside } from './inside.js'
import type { ContributionKind, Manifest } from './manifest.js'
import { createPluginContext } from './plugin-context.js'
import type { PluginSource } from './plugin-source.js'
import type { HostServices } from './services.js'

/** A plugin whose code has run. */
export interface ActivePlugin {
  readonly context: PluginContext
  readonly contributions: readonly ActiveContribution[]
  readonly scope: DisposalScope
  readonly durationMs: number
}

export interface ActiveContribution {
  readonly kind: ContributionKind
  readonly contribution: ContributionOf[ContributionKind]
}

const contributionKeys = {
  provider: 'providers',
  step: 'steps',
  guardrail: 'guardrails',
  'genesis-stage': 'stages',
  store: 'stores',
} as const satisfies Record<ContributionKind, keyof Contributions>

/**
 * Imports a plugin and runs its setup, within a time limit. What a setup that fails has registered is undone.
 * @throws PLUGIN_SETUP_FAILED, PLUGIN_SETUP_TIMEOUT, PLUGIN_CONFIG_INVALID, PLUGIN_CONTRIBUTION_MISMATCH
 */
export async function activatePlugin(
  source: PluginSource,
  manifest: Manifest,
  services: HostServices,
  timeoutMs: number,
): Promise<ActivePlugin> {
  const startedAt = services.clock.now()
  const scope = new DisposalScope()
  try {
    const plugin = await withinTime(importPlugin(source.directory, manifest), manifest, timeoutMs)
    const config = parseConfig(plugin, manifest, source.config)
    const context = createPluginContext(manifest, config, services, scope)
    const returned = await withinTime(
      Promise.resolve().then(() => plugin.setup(context, config)),
      manifest,
      timeoutMs,
    )
    const contributions = checkContributions(returned, manifest)
    return { context, contributions, scope, durationMs: services.clock.now() - startedAt }
  } catch (error) {
    await scope.dispose()
    if (PipewrightError.isInstance(error)) throw error
    const message = error instanceof Error ? error.message : String(error)
    throw new PipewrightError('PLUGIN_SETUP_FAILED', `${manifest.name} ${manifest.version} failed to start: ${message}`, { cause: error })
  }
}

async function importPlugin(directory: string, manifest: Manifest): Promise<Plugin> {
  const entry = await entryOf(directory, manifest)
  const module = (await import(pathToFileURL(entry).href)) as { default?: unknown }
  const plugin = module.default
  if (typeof plugin !== 'object' || plugin === null || !('setup' in plugin) || typeof plugin.setup !== 'function') {
    throw new PipewrightError('PLUGIN_SETUP_FAILED', `${manifest.name}: the default export of ${entry} is not a plugin.`, {
      hint: 'Export default definePlugin({ setup(context) { … } }).',
    })
  }
  return plugin as Plugin
}

/** The file that `exports` or `main` names for `import`. */
async function entryOf(directory: string, manifest: Manifest): Promise<string> {
  const { exports, main } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as { exports?: unknown; main?: unknown }
  const named =
    conditional(typeof exports === 'object' && exports !== null && '.' in exports ? exports['.'] : exports) ??
    (typeof main === 'string' ? main : 'index.js')
  const entry = join(directory, named)
  if (!isInside(directory, entry))
    throw new PipewrightError('PLUGIN_MANIFEST_INVALID', `${manifest.name}: its entry ${named} lies outside the package.`)
  return entry
}

function conditional(target: unknown): string | undefined {
  if (typeof target === 'string') return target
  if (typeof target !== 'object' || target === null) return undefined
  for (const [condition, value] of Object.entries(target)) {
    if (['node', 'import', 'module', 'default'].includes(condition)) {
      const found = conditional(value)
      if (found !== undefined) return found
    }
  }
  return undefined
}

function parseConfig(plugin: Plugin, manifest: Manifest, given: unknown): unknown {
  if (!plugin.config) {
    if (given === undefined) return undefined
    throw new PipewrightError('PLUGIN_CONFIG_INVALID', `${manifest.name} takes no configuration.`, {
      hint: 'Remove what pipewright.yaml says to it.',
    })
  }
  const parsed = plugin.config.safeParse(given ?? {})
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new PipewrightError(
    'PLUGIN_CONFIG_INVALID',
    `The configuration of ${manifest.name} is not valid: ${issue?.path.length ? `"${issue.path.map(String).join('.')}": ` : ''}${issue?.message ?? ''}`,
  )
}

function checkContributions(returned: Contributions, manifest: Manifest): ActiveContribution[] {
  const mismatch = (message: string): PipewrightError => new PipewrightError('PLUGIN_CONTRIBUTION_MISMATCH', `${manifest.name}: ${message}`)
  const found: ActiveContribution[] = []
  for (const [kind, key] of Object.entries(contributionKeys) as [ContributionKind, keyof Contributions][]) {
    for (const contribution of returned[key] ?? []) {
      const declared = manifest.contributes.find((entry) => entry.kind === kind && entry.id === contribution.id)
      if (!declared) throw mismatch(`setup returned the ${kind} "${contribution.id}", which its manifest does not declare.`)
      if (declared.contract !== contribution.contract)
        throw mismatch(`the ${kind} "${contribution.id}" says contract ${contribution.contract}, its manifest ${declared.contract}.`)
      found.push({ kind, contribution: Object.freeze(contribution) as ContributionOf[ContributionKind] })
    }
  }
  for (const { kind, id } of manifest.contributes) {
    if (!found.some((entry) => entry.kind === kind && entry.contribution.id === id))
      throw mismatch(`its manifest declares the ${kind} "${id}", which setup did not return.`)
  }
  return found
}

async function withinTime<Result>(work: Promise<Result>, manifest: Manifest, timeoutMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new PipewrightError('PLUGIN_SETUP_TIMEOUT', `${manifest.name} ${manifest.version} did not start within ${timeoutMs / 1000} s.`),
        ),
      timeoutMs,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

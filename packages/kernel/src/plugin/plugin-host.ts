import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DisposalScope } from '../di/disposal-scope.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import { kernelVersion } from '../kernel-version.js'
import type { Description, DescriptionOf } from '../points/description.js'
import type { ContributionOf, ExtensionPoints } from '../points/extension-points.js'
import { activatePlugin, type ActivePlugin } from './activate-plugin.js'
import { describeContribution } from './describe-contribution.js'
import type { Contribution, ContributionKind, Manifest } from './manifest.js'
import { orderPlugins } from './order-plugins.js'
import type { PluginSource } from './plugin-source.js'
import { readManifest } from './read-manifest.js'
import type { Fetch, HostServices } from './services.js'

export interface PluginHostOptions {
  readonly sources: readonly PluginSource[]
  readonly services: HostServices
  /** How long a plugin may take to start, in milliseconds. Default 5,000. */
  readonly activationTimeoutMs?: number
}

/** A plugin as `plugin list` shows it. */
export interface PluginListing {
  readonly name: string
  readonly version: string
  readonly origin: PluginSource['origin']
  readonly directory: string
  readonly contributes: readonly { readonly kind: ContributionKind; readonly id: string }[]
  readonly permissions: Manifest['permissions']
  /** How long it took to start, in milliseconds; null while it has not been needed. */
  readonly activationMs: number | null
}

interface Loaded {
  readonly source: PluginSource
  readonly manifest: Manifest
  /** Set on first use, and shared by all who ask at once. */
  activation?: Promise<ActivePlugin>
  active?: ActivePlugin
}

/**
 * Discovers plugins and checks them against each other without running any of their code.
 * @throws PLUGIN_… naming the plugin and the way out; nothing is left out silently
 */
export async function createPluginHost(options: PluginHostOptions): Promise<PluginHost> {
  const loaded = await Promise.all(
    options.sources.map(async (source): Promise<Loaded> => ({ source, manifest: await readManifest(source.directory, kernelVersion) })),
  )
  return new PluginHost(orderPlugins(loaded), options)
}

/** Holds the plugins of a project; starts each when one of its contributions is first used, after those it requires. */
export class PluginHost implements ExtensionPoints {
  private readonly plugins: readonly Loaded[]
  private readonly services: HostServices
  private readonly timeoutMs: number
  private readonly scope = new DisposalScope()
  private readonly owners = new Map<string, { readonly plugin: Loaded; readonly contribution: Contribution }>()
  private readonly descriptions = new Map<string, Promise<Description>>()

  constructor(plugins: readonly Loaded[], options: PluginHostOptions) {
    this.plugins = plugins
    this.services = options.services
    this.timeoutMs = options.activationTimeoutMs ?? 5000
    for (const plugin of plugins) {
      for (const contribution of plugin.manifest.contributes)
        this.owners.set(keyOf(contribution.kind, contribution.id), { plugin, contribution })
    }
  }

  ids(kind: ContributionKind): readonly string[] {
    return [...this.owners.values()].filter(({ contribution }) => contribution.kind === kind).map(({ contribution }) => contribution.id)
  }

  async describe<Kind extends ContributionKind>(kind: Kind, id: string): Promise<DescriptionOf<Kind> | undefined> {
    const key = keyOf(kind, id)
    const owner = this.owners.get(key)
    if (!owner) return undefined
    let description = this.descriptions.get(key)
    if (!description) {
      description = this.readDescription(owner.plugin, owner.contribution)
      this.descriptions.set(key, description)
    }
    return (await description) as DescriptionOf<Kind>
  }

  async get<Kind extends ContributionKind>(kind: Kind, id: string): Promise<ContributionOf[Kind] | undefined> {
    const owner = this.owners.get(keyOf(kind, id))
    if (!owner) return undefined
    const active = owner.plugin.active ?? (await this.activate(owner.plugin))
    const found = active.contributions.find((entry) => entry.kind === kind && entry.contribution.id === id)
    return found?.contribution as ContributionOf[Kind] | undefined
  }

  fetchFor(kind: ContributionKind, id: string): Fetch {
    const active = this.owners.get(keyOf(kind, id))?.plugin.active
    if (!active) throw new PipewrightError('INTERNAL', `The ${kind} "${id}" has not been started.`)
    return active.context.fetch
  }

  async activateAll(): Promise<void> {
    for (const plugin of this.plugins) await this.activate(plugin)
  }

  list(): PluginListing[] {
    return this.plugins.map(({ source, manifest, active }) => ({
      name: manifest.name,
      version: manifest.version,
      origin: source.origin,
      directory: source.directory,
      contributes: manifest.contributes.map(({ kind, id }) => ({ kind, id })),
      permissions: manifest.permissions,
      activationMs: active?.durationMs ?? null,
    }))
  }

  /** Undoes what plugins did, last started first. */
  dispose(): Promise<void> {
    return this.scope.dispose()
  }

  private activate(plugin: Loaded): Promise<ActivePlugin> {
    plugin.activation ??= this.start(plugin)
    return plugin.activation
  }

  private async start(plugin: Loaded): Promise<ActivePlugin> {
    for (const required of Object.keys(plugin.manifest.requires)) {
      const other = this.plugins.find(({ manifest }) => manifest.name === required)
      if (other) await this.activate(other)
    }
    const active = await activatePlugin(plugin.source, plugin.manifest, this.services, this.timeoutMs)
    plugin.active = active
    this.scope.add(() => active.scope.dispose())
    return active
  }

  private async readDescription(plugin: Loaded, contribution: Contribution): Promise<Description> {
    const { kind, id, description } = contribution
    if (description === undefined) {
      const { contributions } = await this.activate(plugin)
      const found = contributions.find((entry) => entry.kind === kind && entry.contribution.id === id)
      if (!found) throw new PipewrightError('INTERNAL', `${plugin.manifest.name} started without its ${kind} "${id}".`)
      return describeContribution(kind, found.contribution)
    }
    const file = join(plugin.source.directory, description)
    try {
      const parsed = JSON.parse(await readFile(file, 'utf8')) as Description
      if (parsed.kind !== kind || parsed.id !== id) throw new Error(`it describes ${String(parsed.kind)} "${String(parsed.id)}"`)
      return parsed
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      throw new PipewrightError(
        'PLUGIN_MANIFEST_INVALID',
        `${plugin.manifest.name}: ${description} does not describe its ${kind} "${id}": ${message}`,
        {
          hint: 'Build the plugin: `pipewright plugin describe` writes the file.',
          place: { file },
          cause: error,
        },
      )
    }
  }
}

function keyOf(kind: ContributionKind, id: string): string {
  return `${kind}\u0000${id}`
}

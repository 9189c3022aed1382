import { PipewrightError } from '../errors/pipewright-error.js'
import { DisposalScope } from '../di/disposal-scope.js'
import type { Description, DescriptionOf } from '../points/description.js'
import type { ContributionOf, ExtensionPoints } from '../points/extension-points.js'
import { describeContribution } from './describe-contribution.js'
import type { InstalledPlugin } from './installed-plugin.js'
import type { Contribution, ContributionKind, Manifest } from './manifest.js'
import type { ActivePlugin, PluginActivator } from './plugin-activator.js'
import type { PluginSource } from './plugin-source.js'
import { readDescription } from './read-description.js'
import type { Fetch } from './services.js'

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

interface HostedPlugin {
  readonly installed: InstalledPlugin
  /** Set on first use, and shared by all who ask at once. */
  activation?: Promise<ActivePlugin>
  active?: ActivePlugin
}

interface Owned {
  readonly plugin: HostedPlugin
  readonly contribution: Contribution
  description?: Promise<Description>
}

/** Holds the plugins of a project; starts each when one of its contributions is first used, after those it requires. */
export class PluginHost implements ExtensionPoints {
  private readonly plugins: ReadonlyMap<string, HostedPlugin>
  private readonly activator: PluginActivator
  private readonly owned = new Map<string, Owned>()
  private readonly scope = new DisposalScope()
  private disposing: Promise<void> | undefined

  /** @param installed checked against each other, in an order in which each stands after what it requires */
  constructor(installed: readonly InstalledPlugin[], activator: PluginActivator) {
    this.activator = activator
    this.plugins = new Map(installed.map((plugin) => [plugin.manifest.name, { installed: plugin }]))
    for (const plugin of this.plugins.values()) {
      for (const contribution of plugin.installed.manifest.contributes)
        this.owned.set(keyOf(contribution.kind, contribution.id), { plugin, contribution })
    }
  }

  ids(kind: ContributionKind): readonly string[] {
    return [...this.owned.values()].flatMap(({ contribution }) => (contribution.kind === kind ? [contribution.id] : []))
  }

  async describe<Kind extends ContributionKind>(kind: Kind, id: string): Promise<DescriptionOf<Kind> | undefined> {
    const owned = this.owned.get(keyOf(kind, id))
    if (!owned) return undefined
    owned.description ??= this.readOrDerive(owned)
    // The description of a kind's contribution is of that kind: its schema, or what derives it, says so.
    return (await owned.description) as DescriptionOf<Kind>
  }

  async get<Kind extends ContributionKind>(kind: Kind, id: string): Promise<ContributionOf[Kind] | undefined> {
    const owned = this.owned.get(keyOf(kind, id))
    if (!owned) return undefined
    return find(await this.activate(owned.plugin), owned.contribution) as ContributionOf[Kind]
  }

  versionOf(kind: ContributionKind, id: string): string | undefined {
    return this.owned.get(keyOf(kind, id))?.plugin.installed.manifest.version
  }

  fetchFor(kind: ContributionKind, id: string): Fetch {
    const active = this.owned.get(keyOf(kind, id))?.plugin.active
    if (!active) throw new PipewrightError('INTERNAL', `The ${kind} "${id}" has not been started.`)
    return active.fetch
  }

  /** Starts every plugin. @throws what the first that fails throws */
  async activateAll(): Promise<void> {
    for (const plugin of this.plugins.values()) await this.activate(plugin)
  }

  list(): PluginListing[] {
    return [...this.plugins.values()].map(({ installed: { source, manifest }, active }) => ({
      name: manifest.name,
      version: manifest.version,
      origin: source.origin,
      directory: source.directory,
      contributes: manifest.contributes.map(({ kind, id }) => ({ kind, id })),
      permissions: manifest.permissions,
      activationMs: active?.durationMs ?? null,
    }))
  }

  /** Undoes what plugins did, last started first; one that is starting is waited for. Nothing starts afterwards. @throws AggregateError */
  dispose(): Promise<void> {
    this.disposing ??= this.disposeAll()
    return this.disposing
  }

  private async disposeAll(): Promise<void> {
    await Promise.allSettled([...this.plugins.values()].flatMap(({ activation }) => activation ?? []))
    await this.scope.dispose()
  }

  private activate(plugin: HostedPlugin): Promise<ActivePlugin> {
    if (!plugin.activation && this.disposing) {
      const { name } = plugin.installed.manifest
      return Promise.reject(new PipewrightError('INTERNAL', `${name} cannot be started: the plugin host has been disposed.`))
    }
    plugin.activation ??= this.start(plugin)
    return plugin.activation
  }

  private async start(plugin: HostedPlugin): Promise<ActivePlugin> {
    for (const required of Object.keys(plugin.installed.manifest.requires)) {
      const other = this.plugins.get(required)
      if (other) await this.activate(other)
    }
    const active = await this.activator.activate(plugin.installed)
    plugin.active = active
    this.scope.add(() => active.dispose())
    return active
  }

  private async readOrDerive({ plugin, contribution }: Owned): Promise<Description> {
    const { kind, id, description } = contribution
    if (description !== undefined) return readDescription(plugin.installed, kind, id, description)
    return describeContribution(kind, find(await this.activate(plugin), contribution))
  }
}

/** What an active plugin has under a name of its manifest: activation has made sure that it is there. */
function find({ contributions }: ActivePlugin, { kind, id }: Contribution): ContributionOf[ContributionKind] {
  const found = contributions.find((entry) => entry.kind === kind && entry.contribution.id === id)
  if (!found) throw new PipewrightError('INTERNAL', `The ${kind} "${id}" is missing from a plugin that has started.`)
  return found.contribution
}

function keyOf(kind: ContributionKind, id: string): string {
  return `${kind}\u0000${id}`
}

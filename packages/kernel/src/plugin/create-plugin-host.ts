import { createRootContainer, type RootContainer } from '../di/container.js'
import { tokens } from '../di/tokens.js'
import { wire } from '../di/wire.js'
import { kernelVersion } from '../kernel-version.js'
import { orderPlugins } from './order-plugins.js'
import { PluginActivator } from './plugin-activator.js'
import { PluginContextFactory } from './plugin-context-factory.js'
import { PluginHost } from './plugin-host.js'
import type { PluginSource } from './plugin-source.js'
import { readManifest } from './read-manifest.js'
import type { HostServices } from './services.js'
import type { InstalledPlugin } from './installed-plugin.js'

export interface PluginHostOptions {
  readonly sources: readonly PluginSource[]
  readonly services: HostServices
  /** How long a plugin may take to start, in milliseconds. Default 5,000. */
  readonly activationTimeoutMs?: number
}

const defaultActivationTimeoutMs = 5000

const { clock, random, fetch, logger, environment } = tokens
const contextFactory = wire(PluginContextFactory, clock, random, fetch, logger, environment)
const activator = wire(PluginActivator, tokens.pluginContextFactory, clock, tokens.activationTimeoutMs)
const host = wire(PluginHost, tokens.installedPlugins, tokens.pluginActivator)

/**
 * Discovers plugins and checks them against each other without running any of their code.
 * @throws PLUGIN_… naming the plugin and the way out; nothing is left out silently
 */
export async function createPluginHost({ sources, services, activationTimeoutMs }: PluginHostOptions): Promise<PluginHost> {
  const installed = await Promise.all(
    sources.map(async (source): Promise<InstalledPlugin> => ({ source, manifest: await readManifest(source.directory, kernelVersion) })),
  )
  const root = composeHost(services, activationTimeoutMs)
  root.provideValue(tokens.installedPlugins, orderPlugins(installed))
  root.provideClass(tokens.pluginHost, host)
  root.seal()
  return root.resolve(tokens.pluginHost)
}

/** Starts single plugins, without looking at what they require. */
export function createPluginActivator(services: HostServices, activationTimeoutMs?: number): PluginActivator {
  const root = composeHost(services, activationTimeoutMs)
  root.seal()
  return root.resolve(tokens.pluginActivator)
}

function composeHost(services: HostServices, activationTimeoutMs = defaultActivationTimeoutMs): RootContainer {
  const root = createRootContainer()
  root.provideValue(clock, services.clock)
  root.provideValue(random, services.random)
  root.provideValue(fetch, services.fetch)
  root.provideValue(logger, services.logger)
  root.provideValue(environment, services.environment)
  root.provideValue(tokens.activationTimeoutMs, activationTimeoutMs)
  root.provideClass(tokens.pluginContextFactory, contextFactory)
  root.provideClass(tokens.pluginActivator, activator)
  return root
}

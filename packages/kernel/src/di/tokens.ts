import type { PluginActivator } from '../plugin/plugin-activator.js'
import type { InstalledPlugin } from '../plugin/installed-plugin.js'
import type { PluginContextFactory } from '../plugin/plugin-context-factory.js'
import type { PluginHost } from '../plugin/plugin-host.js'
import type { Clock, Fetch, HostServices, Logger, Random } from '../plugin/services.js'
import { token } from './token.js'

/** The services of a host, each under a token of its own, so that a class is given no more than it needs. */
export const tokens = {
  clock: token<Clock>('clock'),
  random: token<Random>('random'),
  fetch: token<Fetch>('fetch'),
  logger: token<Logger>('logger'),
  environment: token<HostServices['environment']>('environment'),
  /** How long a plugin may take to start, in milliseconds. */
  activationTimeoutMs: token<number>('activationTimeoutMs'),
  /** In the order in which they may start. */
  installedPlugins: token<readonly InstalledPlugin[]>('installedPlugins'),
  pluginContextFactory: token<PluginContextFactory>('pluginContextFactory'),
  pluginActivator: token<PluginActivator>('pluginActivator'),
  pluginHost: token<PluginHost>('pluginHost'),
} as const

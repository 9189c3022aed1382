import type { PluginActivator } from '../plugin/plugin-activator.js'
import type { InstalledPlugin } from '../plugin/installed-plugin.js'
import type { PluginContextFactory } from '../plugin/plugin-context-factory.js'
import type { PluginHost } from '../plugin/plugin-host.js'
import type { Clock, Fetch, HostServices, Logger, Random } from '../plugin/services.js'
import type { RunBudget } from '../budget/run-budget.js'
import type { ExtensionPoints } from '../points/extension-points.js'
import type { RunSettings } from '../run/journal-record.js'
import type { ModelGateway } from '../run/model-gateway.js'
import type { PendingWork } from '../run/pending-work.js'
import type { RunGuards } from '../run/run-guards.js'
import type { RunJournal } from '../run/run-journal.js'
import type { RunEvent } from '../run/run-result.js'
import { token } from './token.js'

/** The services of a host, of its engine and of a run, each under a token of its own, so that a class is given no more than it needs. */
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
  /** What all plugins together contribute. */
  points: token<ExtensionPoints>('points'),
  // From here on of one run, or of a pipeline nested in it.
  run: token<{ readonly id: string; readonly settings: RunSettings }>('run'),
  runBudget: token<RunBudget>('runBudget'),
  runGuards: token<RunGuards>('runGuards'),
  runJournal: token<RunJournal>('runJournal'),
  pendingWork: token<PendingWork>('pendingWork'),
  /** Tells whoever watches the run. */
  emit: token<(event: RunEvent) => void>('emit'),
  modelGateway: token<ModelGateway>('modelGateway'),
} as const

import type { DisposalScope } from '../di/disposal-scope.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import { configuredValues } from './configured-values.js'
import type { PluginContext } from './define-plugin.js'
import { limitFetch, permittedHosts } from './limited-fetch.js'
import type { Manifest } from './manifest.js'
import type { Clock, Fetch, HostServices, Logger, Random } from './services.js'

/** Makes what plugins are given: the host's services, each within the permissions that the plugin's manifest asks for. */
export class PluginContextFactory {
  private readonly clock: Clock
  private readonly random: Random
  private readonly fetch: Fetch
  private readonly logger: Logger
  private readonly environment: HostServices['environment']

  constructor(clock: Clock, random: Random, fetch: Fetch, logger: Logger, environment: HostServices['environment']) {
    this.clock = clock
    this.random = random
    this.fetch = fetch
    this.logger = logger
    this.environment = environment
  }

  /** @param scope takes the undos that the plugin registers */
  create(manifest: Manifest, config: unknown, scope: DisposalScope): PluginContext {
    const { name, permissions } = manifest
    const readable = new Set(permissions.environment.flatMap((entry) => configuredValues(entry, config) ?? [entry]))
    const logger = prefixLogger(this.logger, name)
    return {
      logger,
      clock: this.clock,
      random: this.random,
      fetch: limitFetch(name, permittedHosts(permissions.network, config), this.fetch),
      secret: (variable) => {
        if (!readable.has(variable)) {
          throw new PipewrightError('PLUGIN_PERMISSION_DENIED', `${name} may not read the environment variable ${variable}.`, {
            hint: 'Its manifest has to name it under permissions.environment.',
          })
        }
        return this.environment[variable]
      },
      onDispose: (undo) => {
        if (scope.closed) undoLate(undo, logger)
        else scope.add(undo)
      },
    }
  }
}

/** A setup that was given up goes on regardless; what it still does is undone as soon as it says how. */
function undoLate(undo: () => void | Promise<void>, logger: Logger): void {
  Promise.resolve()
    .then(undo)
    .catch((error: unknown) =>
      logger.warn('undoing what a late setup did has failed', { error: error instanceof Error ? error.message : String(error) }),
    )
}

function prefixLogger(logger: Logger, name: string): Logger {
  return {
    debug: (message, fields) => logger.debug(`${name}: ${message}`, fields),
    info: (message, fields) => logger.info(`${name}: ${message}`, fields),
    warn: (message, fields) => logger.warn(`${name}: ${message}`, fields),
    error: (message, fields) => logger.error(`${name}: ${message}`, fields),
  }
}

import { pathToFileURL } from 'node:url'
import { DisposalScope } from '../di/disposal-scope.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import { checkContributions, type ActiveContribution } from './check-contributions.js'
import type { Plugin } from './define-plugin.js'
import { entryPoint } from './entry-point.js'
import { manifestFile, type InstalledPlugin } from './installed-plugin.js'
import { parsePluginConfig } from './parse-plugin-config.js'
import type { PluginContextFactory } from './plugin-context-factory.js'
import type { Clock, Fetch } from './services.js'

/** A plugin whose code has run. */
export interface ActivePlugin {
  readonly plugin: Plugin
  readonly contributions: readonly ActiveContribution[]
  /** The network within the plugin's permissions. */
  readonly fetch: Fetch
  /** How long it took to start, in milliseconds. */
  readonly durationMs: number
  /** Undoes what its setup did, last first. @throws AggregateError */
  dispose(): Promise<void>
}

/** Starts plugins: import, configuration, setup, all within one time limit. */
export class PluginActivator {
  private readonly contexts: PluginContextFactory
  private readonly clock: Clock
  private readonly timeoutMs: number

  constructor(contexts: PluginContextFactory, clock: Clock, timeoutMs: number) {
    this.contexts = contexts
    this.clock = clock
    this.timeoutMs = timeoutMs
  }

  /**
   * What a setup that fails has done is undone.
   * @throws PLUGIN_SETUP_FAILED, PLUGIN_SETUP_TIMEOUT, PLUGIN_CONFIG_INVALID, PLUGIN_CONTRIBUTION_MISMATCH, PLUGIN_MANIFEST_INVALID
   */
  async activate(installed: InstalledPlugin): Promise<ActivePlugin> {
    const startedAt = this.clock.now()
    const scope = new DisposalScope()
    try {
      const started = await this.withinTime(this.start(installed, scope), installed)
      return { ...started, durationMs: this.clock.now() - startedAt, dispose: () => scope.dispose() }
    } catch (error) {
      const failure = PipewrightError.isInstance(error) ? error : setupFailed(installed, error)
      throw await scope.dispose().then(
        () => failure,
        (undoing: unknown) => alsoNotUndone(failure, undoing),
      )
    }
  }

  private async start(installed: InstalledPlugin, scope: DisposalScope): Promise<Omit<ActivePlugin, 'durationMs' | 'dispose'>> {
    const plugin = await importPlugin(installed)
    const config = await parsePluginConfig(plugin, installed)
    const context = this.contexts.create(installed.manifest, config, scope)
    const contributions = checkContributions(await plugin.setup(context, config), installed)
    return { plugin, contributions, fetch: context.fetch }
  }

  private async withinTime<Result>(work: Promise<Result>, { source, manifest }: InstalledPlugin): Promise<Result> {
    const done = new AbortController()
    const late = this.clock.sleep(this.timeoutMs, done.signal).then((): never => {
      throw new PipewrightError('PLUGIN_SETUP_TIMEOUT', `${manifest.name} ${manifest.version} did not start within ${this.timeoutMs} ms.`, {
        place: { file: manifestFile(source.directory) },
      })
    })
    try {
      return await Promise.race([work, late])
    } finally {
      done.abort()
    }
  }
}

async function importPlugin({ source, manifest }: InstalledPlugin): Promise<Plugin> {
  const entry = await entryPoint(source.directory, manifest.name)
  const { default: plugin } = (await import(pathToFileURL(entry).href)) as { default?: unknown }
  if (typeof plugin !== 'object' || plugin === null || !('setup' in plugin) || typeof plugin.setup !== 'function') {
    throw new PipewrightError('PLUGIN_SETUP_FAILED', `${manifest.name}: the default export of ${entry} is not a plugin.`, {
      place: { file: entry },
      hint: 'Write: export default definePlugin({ setup(context) { return { … } } }).',
    })
  }
  return plugin as Plugin
}

function setupFailed({ source, manifest }: InstalledPlugin, error: unknown): PipewrightError {
  const message = error instanceof Error ? error.message : String(error)
  return new PipewrightError('PLUGIN_SETUP_FAILED', `${manifest.name} ${manifest.version} failed to start: ${message}`, {
    place: { file: manifestFile(source.directory) },
    cause: error,
  })
}

function alsoNotUndone(failure: PipewrightError, undoing: unknown): PipewrightError {
  const errors: unknown[] = undoing instanceof AggregateError ? undoing.errors : [undoing]
  const messages = errors.map((error) => (error instanceof Error ? error.message : String(error))).join('; ')
  return new PipewrightError(failure.code, `${failure.message} Undoing what it had done failed too: ${messages}`, {
    hint: failure.hint,
    ...(failure.place ? { place: failure.place } : {}),
    cause: new AggregateError([failure, ...errors], messages),
  })
}

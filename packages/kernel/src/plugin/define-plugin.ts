import type { z } from 'zod'
import type { GenesisStage } from '../points/genesis-stage.js'
import type { Guardrail } from '../points/guardrail.js'
import type { Provider } from '../points/provider.js'
import type { StepType } from '../points/step.js'
import type { Store } from '../points/store.js'
import type { Clock, Fetch, Logger, Random } from './services.js'

/** What a plugin's `setup` is given. Everything from outside reaches a plugin through it, within its permissions. */
export interface PluginContext {
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
  /** Refuses hosts that the manifest's `permissions.network` does not name, with PLUGIN_PERMISSION_DENIED. */
  readonly fetch: Fetch
  /** An environment variable that the manifest's `permissions.environment` names; undefined when it is not set. */
  secret(name: string): string | undefined
  /** Registers an undo, run in reverse order when the host is disposed or the activation fails. */
  onDispose(undo: () => void | Promise<void>): void
}

/** What a plugin contributes, each listed in its manifest. */
export interface Contributions {
  readonly providers?: readonly Provider[]
  // The registries hold contributions of every type; each is validated against its own schema where it is used.
  // oxlint-disable-next-line no-explicit-any
  readonly steps?: readonly StepType<any, any>[]
  // oxlint-disable-next-line no-explicit-any
  readonly guardrails?: readonly Guardrail<any>[]
  // oxlint-disable-next-line no-explicit-any
  readonly stages?: readonly GenesisStage<any, any>[]
  readonly stores?: readonly Store[]
}

export interface Plugin<Config = unknown> {
  /** What the plugin accepts under its name in `pipewright.yaml`. Absent: no configuration. */
  readonly config?: z.ZodType<Config>
  /** Builds the contributions. Bounded to a few seconds; no network, no waiting. */
  setup(context: PluginContext, config: Config): Contributions | Promise<Contributions>
}

/** Defines a plugin: the default export of its package. */
export function definePlugin<Config = unknown>(plugin: Plugin<Config>): Plugin<Config> {
  return plugin
}

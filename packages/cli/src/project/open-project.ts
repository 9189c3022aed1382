import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  createEngine,
  createFileStore,
  createMemoryStore,
  createPluginHost,
  DisposalScope,
  keepLargeValues,
  PipewrightError,
  resolvePluginDirectory,
  systemClock,
  toPipewrightError,
  type Engine,
  type FileStore,
  type GenesisServices,
  type HostServices,
  type OpenStore,
  type PastRun,
  type PluginHost,
  type PluginSource,
  type ProjectLimits,
  type TemplateSource,
} from '@pipewright/kernel'
import type { CommandContext } from '../program.js'
import { createLogger } from '../output/logger.js'
import { builtInPluginDirectories } from './built-in-plugins.js'
import type { ProjectConfig } from './config-schema.js'
import { ProjectSecrets } from './project-secrets.js'
import { findProjectRoot, readConfig } from './read-config.js'

/** A user's project, opened for one command. Parts are opened when they are first asked for. */
export interface Project {
  readonly root: string
  readonly config: ProjectConfig
  /** The state folder. */
  readonly state: string
  readonly host: PluginHost
  readonly secrets: ProjectSecrets
  /** The engine over the project's state; runs are kept. */
  engine(genesis?: GenesisServices): Promise<Engine>
  /** An engine whose runs are thrown away, with a folder as its project. For validation and tests. */
  scratchEngine(root?: string): Engine
  store(): Promise<OpenStore>
  templates(): Promise<TemplateSource>
  close(): Promise<void>
}

/** Puts a project together. The only place that knows which plugins are built in. */
export async function openProject(context: CommandContext, root?: string): Promise<Project> {
  const projectRoot = root ?? (await findProjectRoot(context.cwd))
  const config = await readConfig(projectRoot)
  const services: HostServices = {
    clock: systemClock,
    random: Math.random,
    fetch: globalThis.fetch,
    logger: createLogger(context.output),
    environment: context.environment,
  }
  const host = await createPluginHost({ sources: await pluginSources(projectRoot, config), services })
  const scope = new DisposalScope()
  scope.add(() => host.dispose())
  const state = join(projectRoot, '.pipewright')
  const location = config.state === undefined ? state : resolve(projectRoot, config.state)
  let opened: Promise<OpenStore> | undefined
  const store = (): Promise<OpenStore> => {
    opened ??= openStore(host, location, files)
    return opened
  }
  /** Nothing is made where there is no state yet, and what cannot be read now is no reason not to plan. */
  const pastRuns = async (pipeline: string): Promise<readonly PastRun[]> => {
    if (!existsSync(join(location, 'state.db'))) return []
    try {
      return await (await store()).journal.pastRuns(pipeline)
    } catch (error) {
      services.logger.warn(`Earlier runs cannot be looked at: ${toPipewrightError(error).message}`)
      return []
    }
  }
  const secrets = new ProjectSecrets(config.secrets, projectRoot, services)
  const files = createFileStore(join(location, 'files'))
  const common = {
    points: host,
    services,
    secrets,
    ...(config.model === undefined ? {} : { defaultModel: config.model }),
    limits: limitsOf(config),
  }
  return {
    root: projectRoot,
    config,
    state: location,
    host,
    secrets,
    store,
    engine: async (genesis) => createEngine({ ...common, projectRoot, files, store: await store(), ...(genesis ? { genesis } : {}) }),
    scratchEngine: (folder = projectRoot) =>
      createEngine({
        ...common,
        projectRoot: folder,
        store: createMemoryStore(() => systemClock.now()),
        pastRuns: folder === projectRoot ? pastRuns : async () => [],
      }),
    async templates() {
      const { openTemplateSource } = await import('../registry/template-source.js')
      return openTemplateSource(context, config)
    },
    close: () => scope.dispose(),
  }
}

async function openStore(host: PluginHost, location: string, files: FileStore): Promise<OpenStore> {
  const sqlite = await host.get('store', 'sqlite')
  if (!sqlite) throw new PipewrightError('PLUGIN_NOT_FOUND', 'The plugin that keeps state, @pipewright/store-sqlite, is missing.')
  const store = await sqlite.open(location)
  return { ...store, journal: keepLargeValues(store.journal, files) }
}

async function pluginSources(root: string, config: ProjectConfig): Promise<PluginSource[]> {
  const named = new Map<string, unknown>()
  for (const entry of config.plugins ?? []) {
    if (typeof entry === 'string') named.set(entry, undefined)
    else for (const [name, value] of Object.entries(entry)) named.set(name, value)
  }
  const { readPluginName, providerConfig } = await import('./plugin-config.js')
  const sources: PluginSource[] = []
  const used = new Set<string>()
  for (const directory of await builtInPluginDirectories()) {
    const plugin = await readPluginName(directory)
    const given = named.get(plugin.name) ?? providerConfig(plugin.providers, config.providers, used)
    named.delete(plugin.name)
    sources.push({ directory, origin: 'built-in', ...(given === undefined ? {} : { config: given }) })
  }
  for (const [name, given] of named) {
    const directory = await resolvePluginDirectory(name, root)
    const plugin = await readPluginName(directory)
    const all = given ?? providerConfig(plugin.providers, config.providers, used)
    sources.push({ directory, origin: 'project', ...(all === undefined ? {} : { config: all }) })
  }
  const unknown = Object.keys(config.providers ?? {}).find((id) => !used.has(id))
  if (unknown !== undefined)
    throw new PipewrightError('CONFIG_INVALID', `pipewright.yaml configures the provider "${unknown}", which no plugin contributes.`, {
      hint: '`pipewright plugin list` shows the providers that are installed.',
    })
  return sources
}

/** What the project's `resource_budgets` limit. Tiers may be named in full or short: `tier_1_simple` is `simple` too. */
function limitsOf(config: ProjectConfig): ProjectLimits {
  const { global, pipeline_tier: tiers = {} } = config.resource_budgets ?? {}
  const limit = (tokens: number | undefined, usd: number | undefined): { tokens?: number; usd?: number } => ({
    ...(tokens === undefined ? {} : { tokens }),
    ...(usd === undefined ? {} : { usd }),
  })
  const byTier = Object.entries(tiers).flatMap(([name, { max_tokens: tokens, max_cost: usd }]) => {
    const short = name.replace(/^tier_\d+_/, '')
    return [...new Set([name, short])].map((key) => [key, limit(tokens, usd)] as const)
  })
  return { day: limit(global?.daily_token_limit, global?.cost_limit_usd), tiers: Object.fromEntries(byTier) }
}

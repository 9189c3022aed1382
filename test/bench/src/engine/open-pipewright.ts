import { join } from 'node:path'
import {
  createEngine,
  createMemoryStore,
  createPluginHost,
  silentLogger,
  systemClock,
  type Engine,
  type HostServices,
  type OpenStore,
  type Plan,
  type PluginHost,
} from '@pipewright/kernel'
import { durability } from './durability.ts'
import { pipelineText } from './pipeline-text.ts'
import { fanOutItems, type Work } from './work.ts'

const checkout = join(import.meta.dirname, '..', '..', '..', '..')
const services: HostServices = {
  clock: systemClock,
  random: Math.random,
  fetch: globalThis.fetch,
  logger: silentLogger,
  environment: {},
}

export interface OpenPipewright {
  readonly host: PluginHost
  /** The work, checked. */
  readonly plan: Plan
  readonly inputs: Readonly<Record<string, unknown>>
  readonly engineOn: (store: OpenStore) => Engine
}

/** Puts ours together as a program that embeds it does: plugins loaded by the public host, the public engine over them. */
export async function openPipewright(work: Work, projectRoot: string): Promise<OpenPipewright> {
  const host = await createPluginHost({
    sources: [
      { directory: join(checkout, 'test', 'bench', 'fixtures', 'increment-plugin'), origin: 'project' },
      { directory: join(checkout, 'packages', 'plugins', 'store-sqlite'), origin: 'built-in', config: { durability } },
    ],
    services,
  })
  const engineOn = (store: OpenStore): Engine => createEngine({ points: host, services, store, projectRoot })
  const source = { text: pipelineText(work), file: join(projectRoot, 'pipeline.yaml') }
  const { plan, findings } = await engineOn(createMemoryStore(Date.now)).check(source)
  if (!plan) throw new Error(findings.map(({ message }) => message).join('; '))
  return { host, plan, inputs: work.shape === 'chain' ? {} : { items: fanOutItems(work) }, engineOn }
}

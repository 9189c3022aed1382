import { PipewrightError, type TemplateSource } from '@pipewright/kernel'
import type { CommandContext } from '../program.js'
import type { ProjectConfig } from '../project/config-schema.js'
import { readToken } from './credentials.js'
import { RegistryClient } from './registry-client.js'

/** The registry that was named, if one was. */
export function registryUrl(context: CommandContext, config: ProjectConfig): string | undefined {
  const url = context.registry ?? context.environment['PIPEWRIGHT_REGISTRY'] ?? config.registry
  if (url === undefined || url === '') return undefined
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new PipewrightError('USAGE', `"${url}" is not the address of a registry.`, { hint: 'Give an http or https URL.' })
  return url
}

/** A client for the registry that was named, with the remembered token. @throws USAGE when none was named */
export async function openRegistry(context: CommandContext, config: ProjectConfig): Promise<RegistryClient> {
  const url = registryUrl(context, config)
  if (url === undefined)
    throw new PipewrightError('USAGE', 'This needs a registry, and none is named.', {
      hint: 'Give --registry URL, set PIPEWRIGHT_REGISTRY, or write registry: in pipewright.yaml.',
    })
  return new RegistryClient(url, await readToken(url, context.environment))
}

/** Where templates come from. A registry that cannot be reached is stood in for by the built-in catalogue, and that is said. */
export async function openTemplateSource(context: CommandContext, config: ProjectConfig): Promise<TemplateSource> {
  const url = registryUrl(context, config)
  const { BuiltInCatalogue } = await import('@pipewright/catalogue')
  const catalogue = new BuiltInCatalogue()
  if (url === undefined) return catalogue
  const client = new RegistryClient(url, await readToken(url, context.environment), (message) => context.output.warn(message))
  let current: TemplateSource = client
  const attempt = async <Result>(work: (source: TemplateSource) => Promise<Result>): Promise<Result> => {
    try {
      return await work(current)
    } catch (error) {
      if (current === catalogue || !PipewrightError.isInstance(error) || error.code !== 'REGISTRY_UNREACHABLE') throw error
      context.output.warn(`${error.message} The built-in catalogue serves instead.`)
      current = catalogue
      return work(current)
    }
  }
  return {
    get label() {
      return current.label
    },
    search: (query) => attempt((source) => source.search(query)),
    fetch: (name, range) => attempt((source) => source.fetch(name, range)),
  }
}

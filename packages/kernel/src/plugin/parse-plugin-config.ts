import { PipewrightError } from '../errors/pipewright-error.js'
import type { Plugin } from './define-plugin.js'
import { inputIssues } from './input-issues.js'
import type { InstalledPlugin } from './installed-plugin.js'

/** What `pipewright.yaml` says to a plugin, as its schema reads it. @throws PLUGIN_CONFIG_INVALID */
export async function parsePluginConfig(plugin: Plugin, { source, manifest }: InstalledPlugin): Promise<unknown> {
  if (!plugin.config) {
    if (source.config === undefined || source.config === null) return undefined
    throw new PipewrightError('PLUGIN_CONFIG_INVALID', `${manifest.name} takes no configuration.`, {
      hint: 'Remove what pipewright.yaml says to it.',
    })
  }
  const parsed = await plugin.config.safeParseAsync(source.config ?? {})
  if (parsed.success) return parsed.data
  throw new PipewrightError('PLUGIN_CONFIG_INVALID', `The configuration of ${manifest.name} is not right: ${inputIssues(parsed.error)}.`)
}

import { satisfies } from 'semver'
import { PipewrightError } from '../errors/pipewright-error.js'
import { nameHint } from '../pipeline/nearest.js'
import type { Manifest } from './manifest.js'

/** What has a manifest and can be put in order. */
export interface Ordered {
  readonly manifest: Manifest
}

/**
 * Puts plugins in an order in which each stands after what it requires.
 * @throws PLUGIN_DUPLICATE, PLUGIN_DEPENDENCY_MISSING, PLUGIN_INCOMPATIBLE, PLUGIN_CYCLE
 */
export function orderPlugins<Plugin extends Ordered>(plugins: readonly Plugin[]): Plugin[] {
  const byName = new Map<string, Plugin>()
  for (const plugin of plugins) {
    const { name } = plugin.manifest
    if (byName.has(name)) throw new PipewrightError('PLUGIN_DUPLICATE', `The plugin ${name} is given twice.`)
    byName.set(name, plugin)
  }
  checkContributions(plugins)
  const ordered: Plugin[] = []
  const done = new Set<string>()
  const visit = (plugin: Plugin, path: readonly string[]): void => {
    const { name, requires } = plugin.manifest
    if (done.has(name)) return
    if (path.includes(name)) {
      throw new PipewrightError(
        'PLUGIN_CYCLE',
        `These plugins require each other: ${[...path.slice(path.indexOf(name)), name].join(' -> ')}.`,
      )
    }
    for (const [required, range] of Object.entries(requires)) {
      const other = byName.get(required)
      if (!other) {
        throw new PipewrightError('PLUGIN_DEPENDENCY_MISSING', `${name} requires ${required} ${range}, which is not installed.`, {
          hint: nameHint(required, [...byName.keys()], `Install ${required} and name it under plugins:.`),
        })
      }
      if (!satisfies(other.manifest.version, range, { includePrerelease: true })) {
        throw new PipewrightError('PLUGIN_INCOMPATIBLE', `${name} requires ${required} ${range}; installed is ${other.manifest.version}.`)
      }
      visit(other, [...path, name])
    }
    done.add(name)
    ordered.push(plugin)
  }
  for (const plugin of plugins) visit(plugin, [])
  return ordered
}

function checkContributions(plugins: readonly Ordered[]): void {
  const owners = new Map<string, string>()
  for (const { manifest } of plugins) {
    for (const { kind, id } of manifest.contributes) {
      const key = `${kind} "${id}"`
      const owner = owners.get(key)
      if (owner !== undefined) {
        throw new PipewrightError(
          'PLUGIN_DUPLICATE',
          owner === manifest.name ? `${owner} contributes ${key} twice.` : `Both ${owner} and ${manifest.name} contribute ${key}.`,
        )
      }
      owners.set(key, manifest.name)
    }
  }
}

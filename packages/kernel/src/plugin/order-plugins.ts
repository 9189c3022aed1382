import { satisfies } from 'semver'
import { PipewrightError } from '../errors/pipewright-error.js'
import { nameHint } from '../pipeline/nearest.js'
import { manifestFile, type InstalledPlugin } from './installed-plugin.js'

/**
 * Puts plugins in an order in which each stands after what it requires, and otherwise as they were given.
 * @throws PLUGIN_DUPLICATE, PLUGIN_DEPENDENCY_MISSING, PLUGIN_INCOMPATIBLE, PLUGIN_CYCLE
 */
export function orderPlugins(plugins: readonly InstalledPlugin[]): InstalledPlugin[] {
  const byName = indexByName(plugins)
  checkContributions(plugins)
  const ordered: InstalledPlugin[] = []
  const done = new Set<string>()
  const visit = (plugin: InstalledPlugin, path: readonly string[]): void => {
    const { name, requires } = plugin.manifest
    if (done.has(name)) return
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(' -> ')
      throw failure('PLUGIN_CYCLE', `These plugins require each other: ${circle}.`, plugin)
    }
    for (const [required, range] of Object.entries(requires)) visit(requirement(plugin, required, range, byName), [...path, name])
    done.add(name)
    ordered.push(plugin)
  }
  for (const plugin of plugins) visit(plugin, [])
  return ordered
}

function indexByName(plugins: readonly InstalledPlugin[]): Map<string, InstalledPlugin> {
  const byName = new Map<string, InstalledPlugin>()
  for (const plugin of plugins) {
    const { name } = plugin.manifest
    const other = byName.get(name)
    if (other) {
      const where = [...new Set([other.source.directory, plugin.source.directory])].join(' and ')
      throw failure('PLUGIN_DUPLICATE', `The plugin ${name} is given twice: from ${where}.`, plugin)
    }
    byName.set(name, plugin)
  }
  return byName
}

function checkContributions(plugins: readonly InstalledPlugin[]): void {
  const owners = new Map<string, string>()
  for (const plugin of plugins) {
    const { name, contributes } = plugin.manifest
    for (const { kind, id } of contributes) {
      const key = `the ${kind} "${id}"`
      const owner = owners.get(key)
      if (owner === name) {
        const hint = 'Its manifest has to list each contribution once.'
        throw failure('PLUGIN_DUPLICATE', `${name} contributes ${key} twice.`, plugin, hint)
      }
      if (owner !== undefined) throw failure('PLUGIN_DUPLICATE', `Both ${owner} and ${name} contribute ${key}.`, plugin)
      owners.set(key, name)
    }
  }
}

function requirement(
  plugin: InstalledPlugin,
  required: string,
  range: string,
  byName: ReadonlyMap<string, InstalledPlugin>,
): InstalledPlugin {
  const { name } = plugin.manifest
  const other = byName.get(required)
  if (!other) {
    const hint = nameHint(required, [...byName.keys()], `Install ${required} and name it under \`plugins:\`.`)
    throw failure('PLUGIN_DEPENDENCY_MISSING', `${name} requires ${required} ${range}, which is not there.`, plugin, hint)
  }
  const { version } = other.manifest
  if (!satisfies(version, range, { includePrerelease: true })) {
    const hint = `Install a version of ${required} that fits ${range}, or another version of ${name}.`
    throw failure('PLUGIN_INCOMPATIBLE', `${name} requires ${required} ${range}; installed is ${version}.`, plugin, hint)
  }
  return other
}

function failure(
  code: 'PLUGIN_CYCLE' | 'PLUGIN_DUPLICATE' | 'PLUGIN_DEPENDENCY_MISSING' | 'PLUGIN_INCOMPATIBLE',
  message: string,
  plugin: InstalledPlugin,
  hint?: string,
): PipewrightError {
  return new PipewrightError(code, message, {
    place: { file: manifestFile(plugin.source.directory) },
    ...(hint === undefined ? {} : { hint }),
  })
}

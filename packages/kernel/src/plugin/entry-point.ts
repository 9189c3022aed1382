import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PipewrightError } from '../errors/pipewright-error.js'
import { isInside } from './inside.js'
import { manifestFile } from './installed-plugin.js'

/** The conditions under which Node resolves an `import`. */
const conditions = new Set(['node-addons', 'node', 'import', 'module-sync', 'default'])

/** The file that `import` of a package loads: what its `exports` name, else its `main`, else `index.js`. @throws PLUGIN_MANIFEST_INVALID */
export async function entryPoint(directory: string, name: string): Promise<string> {
  const file = manifestFile(directory)
  const { exports, main } = JSON.parse(await readFile(file, 'utf8')) as { exports?: unknown; main?: unknown }
  const named = exports === undefined || exports === null ? legacyEntries(main) : exportedEntries(exports)
  const hint = 'Its package.json has to name the built file in "exports".'
  for (const path of named) {
    const entry = join(directory, path)
    if (!isInside(directory, entry))
      throw new PipewrightError('PLUGIN_MANIFEST_INVALID', `${name}: its entry ${path} lies outside the package.`, {
        place: { file },
        hint,
      })
    if (await isFile(entry)) return entry
  }
  const message =
    named.length === 0 ? `${name} exports nothing that can be imported.` : `${name}: its entry ${named.join(' or ')} is not there.`
  throw new PipewrightError('PLUGIN_MANIFEST_INVALID', message, { place: { file }, hint: `Build the plugin. ${hint}` })
}

function legacyEntries(main: unknown): string[] {
  return typeof main === 'string' ? [main, `${main}.js`, join(main, 'index.js'), 'index.js'] : ['index.js']
}

function exportedEntries(exports: unknown): string[] {
  const isMap = typeof exports === 'object' && exports !== null && Object.keys(exports).some((key) => key.startsWith('.'))
  const target = choose(isMap ? (exports as Record<string, unknown>)['.'] : exports)
  return target === undefined ? [] : [target]
}

/** Follows nested conditions and lists of alternatives to the first that leads somewhere. */
function choose(target: unknown): string | undefined {
  if (typeof target === 'string') return target
  if (typeof target !== 'object' || target === null) return undefined
  const branches = Array.isArray(target)
    ? (target as unknown[])
    : Object.entries(target).flatMap(([condition, value]) => (conditions.has(condition) ? [value as unknown] : []))
  for (const branch of branches) {
    const chosen = choose(branch)
    if (chosen !== undefined) return chosen
  }
  return undefined
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isFile(),
    () => false,
  )
}

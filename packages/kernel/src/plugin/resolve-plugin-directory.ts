import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PipewrightError } from '../errors/pipewright-error.js'
import { nameHint } from '../pipeline/nearest.js'

const packageName = /^(@[\w-][\w.-]*\/)?[\w-][\w.-]*$/

/** The folder of an installed package, found the way Node finds it, without running anything of it. @throws PLUGIN_NOT_FOUND */
export async function resolvePluginDirectory(name: string, from: string): Promise<string> {
  const missing = (hint: string): PipewrightError =>
    new PipewrightError('PLUGIN_NOT_FOUND', `The plugin ${name} is not installed for ${from}.`, { hint })
  if (!packageName.test(name)) throw missing('Name the plugin as its npm package is named.')
  const folders = moduleFolders(from)
  for (const folder of folders) {
    const candidate = join(folder, name)
    if (await isFile(join(candidate, 'package.json'))) return candidate
  }
  const installed = (await Promise.all(folders.map(pluginsIn))).flat()
  throw missing(nameHint(name, installed, `Install it: npm install ${name}`))
}

/** The `node_modules` of a folder and of those above it, nearest first. */
function moduleFolders(from: string): string[] {
  const above = dirname(from)
  return [join(from, 'node_modules'), ...(above === from ? [] : moduleFolders(above))]
}

/** The names of the packages in a `node_modules` that are plugins. */
async function pluginsIn(modules: string): Promise<string[]> {
  const names = await readdir(modules).catch(() => [])
  const scoped = names
    .filter((name) => name.startsWith('@'))
    .map(async (scope) => (await readdir(join(modules, scope)).catch(() => [])).map((name) => `${scope}/${name}`))
  const packages = [...names.filter((name) => /^\w/.test(name)), ...(await Promise.all(scoped)).flat()]
  const arePlugins = await Promise.all(packages.map((name) => isPlugin(join(modules, name))))
  return packages.filter((_name, index) => arePlugins[index])
}

async function isPlugin(directory: string): Promise<boolean> {
  const text = await readFile(join(directory, 'package.json'), 'utf8').catch(() => '')
  return /"pipewright"\s*:\s*\{/.test(text)
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isFile(),
    () => false,
  )
}

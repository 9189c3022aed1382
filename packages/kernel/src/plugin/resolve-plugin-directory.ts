import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PipewrightError } from '../errors/pipewright-error.js'
import { nameHint } from '../pipeline/nearest.js'

/** The folder of an installed package, found the way Node finds it, without running anything of it. @throws PLUGIN_NOT_FOUND */
export async function resolvePluginDirectory(name: string, from: string): Promise<string> {
  const installed: string[] = []
  if (/^(@[\w.-]+\/)?[\w.-]+$/.test(name) && !name.includes('..')) {
    for (let folder = from; ; folder = dirname(folder)) {
      const modules = join(folder, 'node_modules')
      const candidate = join(modules, name)
      if (await exists(join(candidate, 'package.json'))) return candidate
      installed.push(...(await packagesIn(modules)))
      if (folder === dirname(folder)) break
    }
  }
  throw new PipewrightError('PLUGIN_NOT_FOUND', `The plugin ${name} is not installed for ${from}.`, {
    hint: nameHint(
      name,
      installed.filter((other) => other.includes('pipewright')),
      `Install it: npm install ${name}`,
    ),
  })
}

async function packagesIn(modules: string): Promise<string[]> {
  const names = await readdir(modules).catch(() => [])
  const scoped = names
    .filter((name) => name.startsWith('@'))
    .map(async (scope) => (await readdir(join(modules, scope)).catch(() => [])).map((name) => `${scope}/${name}`))
  return [...names.filter((name) => !name.startsWith('@') && !name.startsWith('.')), ...(await Promise.all(scoped)).flat()]
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

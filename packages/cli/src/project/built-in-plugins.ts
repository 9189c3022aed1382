import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { resolvePluginDirectory } from '@pipewright/kernel'

// By name, since the code stands elsewhere once it is bundled.
const packageRoot = dirname(createRequire(import.meta.url).resolve('pipewright/package.json'))

/** The folders of the plugins that ship with the command line: those of its own dependencies that are plugins. */
export async function builtInPluginDirectories(): Promise<string[]> {
  const { dependencies } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }
  const names = Object.keys(dependencies).filter((name) => /^@pipewright\/(provider|step|guardrail|genesis|store)-/.test(name))
  return Promise.all(names.map((name) => resolvePluginDirectory(name, packageRoot)))
}

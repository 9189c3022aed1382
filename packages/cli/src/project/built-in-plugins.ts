import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { resolvePluginDirectory } from '@pipewright/kernel'

const packageRoot = join(import.meta.dirname, '..', '..')

/** The folders of the plugins that ship with the command line: those of its own dependencies that are plugins. */
export async function builtInPluginDirectories(): Promise<string[]> {
  const { dependencies } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }
  const names = Object.keys(dependencies).filter((name) => /^@pipewright\/(provider|step|guardrail|genesis|store)-/.test(name))
  return Promise.all(names.map((name) => resolvePluginDirectory(name, packageRoot)))
}

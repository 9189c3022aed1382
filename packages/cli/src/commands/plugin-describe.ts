import { relative, resolve } from 'node:path'
import { writeDescriptions } from '@pipewright/kernel'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async ({ output, cwd }, [dir = '.']) => {
  const files = await writeDescriptions(resolve(cwd, dir))
  output.result({ files })
  output.print(
    files.length === 0
      ? 'The manifest names no description files: add "description" to what it contributes.'
      : files.map((file) => relative(cwd, file)).join('\n'),
  )
  return 0
}

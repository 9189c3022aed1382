import { relative } from 'node:path'

/** How the person calls this program, for the commands that it proposes: from a checkout's or project's own folder, or by name. */
export function commandName(cwd: string, program = process.argv[1] ?? '', environment = process.env): string {
  if (environment['npm_command'] === 'exec') return 'npx pipewright'
  // Links are resolved by then: in a checkout the program lies in packages/, in a project in node_modules/.
  return relative(cwd, program).startsWith('..') ? 'pipewright' : 'node_modules/.bin/pipewright'
}

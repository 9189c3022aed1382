import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const checkout = fileURLToPath(new URL('../..', import.meta.url))

/** Runs a line in a shell, as a person who has nothing configured. Errors and results are mixed as on a terminal. */
export function runCommand(command: string, folder: string): Promise<{ readonly code: number; readonly printed: string }> {
  const child = spawn('bash', ['-c', `(${command}\n) 2>&1`], {
    cwd: folder,
    env: cleanEnvironment(folder),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (printed += piece))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, printed }))
  })
}

const unwanted =
  /^(PIPEWRIGHT_|VITEST|NODE_ENV$|INIT_CWD$|FORCE_COLOR$|npm_(package|lifecycle|command|execpath|node_execpath|config_local_prefix))|_API_KEY$/

/** This process' environment without keys, without what vitest and npm tell their children, and with the checkout's own tools. */
export function cleanEnvironment(folder: string): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !unwanted.test(name))),
    PATH: `${join(checkout, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    // Where tokens are remembered.
    XDG_CONFIG_HOME: join(folder, '.config'),
    NO_COLOR: '1',
  }
}

import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { missingLine, readPage } from './page.js'

export const checkout = fileURLToPath(new URL('../..', import.meta.url))

export interface PageSettings {
  /** The page, from the checkout's root. */
  readonly page: string
  /** Where its files are written and its commands run. */
  readonly folder: string
  /** What is run in place of a command, for example a tarball in place of a name that only npm knows. */
  readonly replace?: (command: string) => string
}

/** Does what a page says, in order, and holds what its commands print against what it shows. */
export async function runPage({ page, folder, replace = (command) => command }: PageSettings): Promise<void> {
  const parts = readPage(await readFile(join(checkout, page), 'utf8'))
  expect(parts.length, `${page} has nothing to execute`).toBeGreaterThan(0)
  for (const part of parts) {
    if (part.type === 'file') {
      await mkdir(dirname(join(folder, part.path)), { recursive: true })
      await writeFile(join(folder, part.path), part.text)
      continue
    }
    for (const [index, { command, output }] of part.commands.entries()) {
      const { code, printed } = await runCommand(replace(command), folder)
      const wanted = index === part.commands.length - 1 ? part.exit : 0
      expect(code, `${page}: \`${command}\` ended with ${code}, not ${wanted}, and printed\n${printed}`).toBe(wanted)
      expect(
        missingLine(output, printed),
        `${page}: a line is shown that \`${command}\` does not print. It prints\n${printed}`,
      ).toBeUndefined()
    }
  }
}

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

/** This process' environment without keys, without what vitest and npm tell their children, and with the checkout's own tools. */
export function cleanEnvironment(folder: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(PIPEWRIGHT_|VITEST|NODE_ENV$|INIT_CWD$|FORCE_COLOR$|npm_(package|lifecycle|command|execpath|node_execpath|config_local_prefix))|_API_KEY$/.test(
        name,
      ),
  )
  return {
    ...Object.fromEntries(kept),
    PATH: `${join(checkout, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    // Where tokens are remembered.
    XDG_CONFIG_HOME: join(folder, '.config'),
    NO_COLOR: '1',
  }
}

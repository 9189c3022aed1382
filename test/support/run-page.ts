import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { missingLine, readPage, runId, writeCommands, type Outcome, type PageCommands } from './page.js'
import { checkout, runCommand } from './run-command.js'

const isRewriting = process.env['REWRITE_PAGES'] === '1'

export interface PageSettings {
  /** The page, from the checkout's root. */
  readonly page: string
  /** Where its files are written and its commands run. */
  readonly folder: string
  /** What is run in place of a command, for example a tarball in place of a name that only npm knows. */
  readonly replace?: (command: string) => string
}

/**
 * Does what a page says, in order, and holds what its commands print against what it shows. With REWRITE_PAGES=1 it
 * writes what they print now into the page instead.
 */
export async function runPage({ page, folder, replace = (command) => command }: PageSettings): Promise<void> {
  const file = join(checkout, page)
  let markdown = await readFile(file, 'utf8')
  const parts = readPage(markdown)
  expect(parts.length, `${page} has nothing to execute`).toBeGreaterThan(0)
  for (const part of parts) {
    if (part.type === 'file') {
      await mkdir(dirname(join(folder, part.path)), { recursive: true })
      await writeFile(join(folder, part.path), part.text)
      continue
    }
    const outcomes = await runBlock(part, page, folder, replace)
    if (isRewriting) markdown = markdown.replace(part.text, () => writeCommands(part, outcomes))
    else for (const [index, { output }] of part.commands.entries()) expectShown(page, output, outcomes[index])
  }
  if (isRewriting) await writeFile(file, markdown)
}

function expectShown(page: string, shown: string, outcome: Outcome | undefined): void {
  const { command = '', printed = '' } = outcome ?? {}
  expect(missingLine(shown, printed), `${page} shows a line that \`${command}\` does not print. It prints\n${printed}`).toBeUndefined()
}

/** The run whose id was printed last, in each folder: a page's commands mean that one, whichever id the page shows. */
const lastRuns = new Map<string, string>()

async function runBlock(
  { commands, exit }: PageCommands,
  page: string,
  folder: string,
  replace: (command: string) => string,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const [index, { command: shown }] of commands.entries()) {
    const command = shown.replaceAll(runId, lastRuns.get(folder) ?? '$&')
    const wanted = index === commands.length - 1 ? exit : 0
    const { code, printed } = await runCommand(replace(command), folder)
    expect(code, `${page}: \`${command}\` ended with ${code}, not ${wanted}, and printed\n${printed}`).toBe(wanted)
    const id = printed.match(runId)?.at(-1)
    if (id !== undefined) lastRuns.set(folder, id)
    // The folder is a temporary one: what a reader sees is the folder that they are in.
    outcomes.push({ command, printed: printed.replaceAll(folder, '~/project') })
  }
  return outcomes
}

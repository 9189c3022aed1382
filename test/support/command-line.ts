import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

const binary = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'pipewright.js')

/** What a command left behind. */
export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly cwd: string
  /** Added to an environment that holds nothing but PATH and HOME: no key of the machine's reaches a test. */
  readonly environment?: Readonly<Record<string, string>>
  readonly input?: string
  /** Kills the command when it aborts. */
  readonly signal?: AbortSignal
}

/** Runs the command line as a user does, as a process of its own. */
export async function pipewright(
  args: readonly string[],
  { cwd, environment = {}, input = '', signal }: CommandOptions,
): Promise<Finished> {
  const child = spawn(process.execPath, [binary, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, NO_COLOR: '1', ...environment },
    ...(signal ? { signal } : {}),
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin.on('error', () => {
    // A command that does not read its input may close it first.
  })
  child.stdin.end(input)
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) => resolve(exitCode ?? -1))
  })
  return { code, stdout, stderr }
}

/** Runs a command with `--json`. @returns its exit code and the one document that it printed */
export async function pipewrightJson<Document>(
  args: readonly string[],
  options: CommandOptions,
): Promise<{ readonly code: number; readonly document: Document; readonly stderr: string }> {
  const { code, stdout, stderr } = await pipewright([...args, '--json'], options)
  try {
    return { code, document: JSON.parse(stdout) as Document, stderr }
  } catch (error) {
    throw new Error(`not one JSON document, exit code ${code}:\n${stdout}\n${stderr}`, { cause: error })
  }
}

/** A project's folder with the files given, taken away after the test, or after the file's tests when made outside one. */
export async function createProject(files: Readonly<Record<string, string>> = {}, keep = false): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'pipewright-project-'))
  if (!keep) onTestFinished(() => rm(root, { recursive: true, force: true }))
  for (const [path, text] of Object.entries({ 'pipewright.yaml': '', ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const binary = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'pipewright.js')

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandLine {
  /** Runs the real command to its end. */
  run(...args: string[]): Promise<Ran>
  /** Starts `registry serve` on a free port. */
  serve(...args: string[]): Promise<{ readonly url: string; stop(): Promise<void> }>
}

/** The `pipewright` command in a folder, with a home of its own and nothing of the tester's environment but the path. */
export function commandLine(cwd: string, home: string, environment: Readonly<Record<string, string>> = {}): CommandLine {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, NO_COLOR: '1', ...environment }
  const start = (args: readonly string[]) => spawn(process.execPath, [binary, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  return {
    async run(...args) {
      const child = start(args)
      const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
      const [code] = (await once(child, 'close')) as [number | null]
      return { code, stdout: stdout(), stderr: stderr() }
    },
    async serve(...args) {
      const child = start(['registry', 'serve', '--port', '0', ...args])
      const errors = collect(child.stderr)
      const exited = once(child, 'exit')
      const said = once(createInterface(child.stdout), 'line') as Promise<[string]>
      const [line] = await Promise.race([said, exited.then(() => Promise.reject(new Error(`It ended: ${errors()}`)))])
      const url = /http:\S+/.exec(line)?.[0] ?? ''
      return {
        url,
        async stop() {
          child.kill('SIGTERM')
          await exited
        },
      }
    },
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
  return () => text
}

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Work } from '../engine/work.ts'
import type { ContenderMessage } from './contender.ts'

const startMs = 90_000
const sampleMs = 60_000

/** Why a contender has no figure. */
class NotRun extends Error {}

/** A contender in its process, seen from the one that measures. */
export class RunningContender {
  private readonly child: ChildProcess
  private errors = ''

  /** @param module the file that exports its `create` */
  static async start(module: string, work: Work, folder: string): Promise<RunningContender> {
    const child = fork(join(import.meta.dirname, 'contender-process.ts'), [module, JSON.stringify(work), folder], {
      execArgv: ['--expose-gc', '--disable-warning=DeprecationWarning'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: quietEnvironment(),
    })
    const contender = new RunningContender(child)
    await contender.answer(startMs)
    return contender
  }

  private constructor(child: ChildProcess) {
    this.child = child
    child.stderr?.on('data', (piece: Buffer) => (this.errors = (this.errors + piece.toString()).slice(-2000)))
  }

  /** Takes one measurement. @returns milliseconds @throws NotRun */
  async sample(): Promise<number> {
    this.child.send({ type: 'sample' })
    const answer = await this.answer(sampleMs)
    return answer.type === 'sample' ? answer.milliseconds : Number.NaN
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const exited = once(this.child, 'exit')
    if (this.child.connected) this.child.disconnect()
    else this.child.kill('SIGKILL')
    await exited
  }

  private async answer(timeoutMs: number): Promise<ContenderMessage> {
    const over = new AbortController()
    const options = { signal: AbortSignal.any([over.signal, AbortSignal.timeout(timeoutMs)]) }
    try {
      const answer = await Promise.race([
        once(this.child, 'message', options).then(([message]) => message as ContenderMessage),
        once(this.child, 'exit', options).then((): ContenderMessage => ({ type: 'failed', reason: this.lastWords() })),
      ])
      if (answer.type !== 'failed') return answer
      await this.stop()
      throw new NotRun(answer.reason.split('\n')[0])
    } catch (error) {
      if (error instanceof NotRun) throw error
      await this.stop()
      throw new NotRun(`it took longer than ${timeoutMs / 1000} s`)
    } finally {
      over.abort()
    }
  }

  private lastWords(): string {
    return this.errors.split('\n').find((line) => /error/i.test(line)) ?? 'its process ended'
  }
}

/** No contender reports home, traces, or is slowed down by what the caller's environment switches on. */
function quietEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, TMP, TEMP, SystemRoot } = process.env
  const kept = { PATH, HOME, TMPDIR, TMP, TEMP, SystemRoot }
  const quiet = { MASTRA_TELEMETRY_DISABLED: '1', LANGSMITH_TRACING: 'false', NODE_ENV: 'production', NO_COLOR: '1' }
  return { ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)), ...quiet }
}

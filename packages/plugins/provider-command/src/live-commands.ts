import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** How long a command has to end by itself when it is told to, in milliseconds. */
const grace = 2_000

/** The commands that are running, so that none outlives the host. */
export class LiveCommands {
  private readonly children = new Set<ChildProcess>()

  get count(): number {
    return this.children.size
  }

  add(child: ChildProcess): void {
    this.children.add(child)
    child.once('exit', () => {
      this.children.delete(child)
      // What the command has started and left behind goes with it.
      signalGroup(child, 'SIGKILL')
    })
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.children].map(stopCommand))
  }
}

/** Ends a command and everything in its process group: asked first, then killed. Resolves when it has ended. */
export async function stopCommand(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  signalGroup(child, 'SIGTERM')
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), grace)
  await ended
  clearTimeout(timer)
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  if (process.platform === 'win32') {
    child.kill(signal)
    return
  }
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    // ESRCH: the group is empty. EPERM: macOS says so of a group whose processes have all ended.
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error
  }
}

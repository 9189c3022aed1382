import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { JournalStore } from '../points/store.js'

/**
 * A name for whoever runs a run: the machine, the process and when that began, and which of its turns it is. Others on the
 * same machine can tell from it whether the process is still there.
 */
export function createOwner(): string {
  const { place, startedAt } = whereAmI()
  return [place, process.pid, startedAt, randomUUID()].join('/')
}

/** Whether the process of an owner has ended. False when that cannot be told from here: then its lease has to run out. */
export function isGone(owner: string): boolean {
  const [place = '', pidText = '', startedAt] = owner.split('/')
  if (place !== whereAmI().place || !/^[1-9]\d*$/.test(pidText)) return false
  const pid = Number(pidText)
  if (!exists(pid)) return true
  const found = readProcess(pid)
  if (!found) return false
  // A number is used again for other processes, and a process that nobody has looked after yet keeps its own.
  return found.startedAt !== startedAt || found.state === 'Z' || found.state === 'X'
}

/**
 * Takes a run: one that nobody holds, or whose owner has ended on this machine, or whose lease has run out.
 * @returns false when another process runs it
 */
export async function claimRun(journal: JournalStore, runId: string, owner: string, leaseMs: number): Promise<boolean> {
  if (await journal.claim(runId, owner, leaseMs)) return true
  const holder = await journal.holder(runId)
  if (!holder) return journal.claim(runId, owner, leaseMs)
  return isGone(holder.owner) && journal.claim(runId, owner, leaseMs, { from: holder.owner })
}

/** Whether a process is at work on a run. */
export async function isHeld(journal: JournalStore, runId: string): Promise<boolean> {
  const holder = await journal.holder(runId)
  return holder !== null && !isGone(holder.owner)
}

interface Whereabouts {
  /** Within it a process id means one process. */
  readonly place: string
  /** When this process began, in the machine's own count; empty where that is not told. */
  readonly startedAt: string
}

let known: Whereabouts | undefined

function whereAmI(): Whereabouts {
  known ??= process.platform === 'linux' ? whereOnLinux() : { place: `host:${encodeURIComponent(hostname())}`, startedAt: '' }
  return known
}

/** Containers on one machine may share a folder and not their process ids, so a namespace of those is a place of its own. */
function whereOnLinux(): Whereabouts {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]
    const self = readProcess('self')
    // Somewhere /proc may be that of another namespace.
    if (namespace !== undefined && self?.pid === process.pid) return { place: `linux:${boot}:${namespace}`, startedAt: self.startedAt }
  } catch {
    // Without /proc nothing can be told of processes.
  }
  return { place: `unknown:${randomUUID()}`, startedAt: '' }
}

/** A process of this machine that may belong to somebody else. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** What Linux tells of a process; null where it does not. See proc_pid_stat(5). */
function readProcess(pid: number | 'self'): { readonly pid: number; readonly state: string; readonly startedAt: string } | null {
  if (process.platform !== 'linux') return null
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Its name stands in brackets and may hold anything, spaces and brackets too.
    const [state = '', ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { pid: Number.parseInt(text, 10), state, startedAt: fields[18] ?? '' }
  } catch {
    return null
  }
}

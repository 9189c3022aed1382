import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createManualClock } from '../conformance/manual-clock.js'
import type { JournalStore } from '../points/store.js'
import { createMemoryStore } from './memory-store.js'
import { claimRun, createOwner, isGone, isHeld } from './run-owner.js'

const lease = 60_000

/** An owner as one in another process of this machine would be. */
function ownerIn(pid: number, startedAt?: string): string {
  const [place, , own, turn] = createOwner().split('/')
  return [place, pid, startedAt ?? own, turn].join('/')
}

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'close')
  return child.pid ?? 0
}

describe('an owner', () => {
  it('is another one each time', () => {
    expect(createOwner()).not.toBe(createOwner())
  })

  it('is there as long as its process is', async () => {
    expect(isGone(createOwner())).toBe(false)
    expect(isGone(ownerIn(await endedProcess()))).toBe(true)
  })

  it.skipIf(process.platform !== 'linux')('is not another process that was given its number later', () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    onTestFinished(() => void child.kill('SIGKILL'))
    expect(isGone(ownerIn(child.pid ?? 0, '1'))).toBe(true)
  })

  it('of another machine or container, or of a kind that is not known, may still be there', async () => {
    const pid = await endedProcess()
    expect(isGone(['linux:another-boot:4026531836', pid, '1', 'turn'].join('/'))).toBe(false)
    for (const owner of ['me', '', `${ownerIn(pid).split('/')[0]}/all/1`, '5e1c8b6e-0c1c-4ed0-8f4e-6d3c8a4d2b11']) {
      expect(isGone(owner), owner).toBe(false)
    }
  })
})

describe('a run', () => {
  async function heldBy(owner: string): Promise<JournalStore> {
    const { journal } = createMemoryStore(createManualClock().now)
    await journal.create({ id: 'run-1', pipeline: 'p', status: 'running', startedAt: '', finishedAt: null })
    await journal.claim('run-1', owner, lease)
    return journal
  }

  it('is taken over at once from a process that has ended', async () => {
    const journal = await heldBy(ownerIn(await endedProcess()))
    expect(await isHeld(journal, 'run-1')).toBe(false)
    const mine = createOwner()
    expect(await claimRun(journal, 'run-1', mine, lease)).toBe(true)
    expect(await isHeld(journal, 'run-1')).toBe(true)
    expect(await journal.holder('run-1')).toMatchObject({ owner: mine })
  })

  it.each([
    ['one that is at work', createOwner()],
    ['one of which nothing can be told', 'linux:another-boot:1/1/1/turn'],
  ])('is not taken from %s', async (_name, owner) => {
    const journal = await heldBy(owner)
    expect(await isHeld(journal, 'run-1')).toBe(true)
    expect(await claimRun(journal, 'run-1', createOwner(), lease)).toBe(false)
  })

  it('goes to one of two who want to take it over', async () => {
    const journal = await heldBy(ownerIn(await endedProcess()))
    const claims = await Promise.all([1, 2, 3].map(() => claimRun(journal, 'run-1', createOwner(), lease)))
    expect(claims.filter((claimed) => claimed)).toHaveLength(1)
  })

  it('is taken when it is let go in the very moment', async () => {
    const journal = await heldBy('they')
    const claim: JournalStore['claim'] = async (...given) => {
      const claimed = await journal.claim(...given)
      await journal.release('run-1', 'they')
      return claimed
    }
    expect(await claimRun({ ...journal, claim }, 'run-1', createOwner(), lease)).toBe(true)
  })
})

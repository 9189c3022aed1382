import { describe, expect } from 'vitest'
import type { ModelChunk } from '../points/provider.js'
import {
  collectChunks,
  conformanceContext,
  conformanceRequest,
  readFirst,
  type ProviderFixture,
  type ProviderUnderTest,
} from './provider-scenario.js'

const aborted = new Error('The caller lost interest.')

/** How long a connection or a process may take to be gone, in milliseconds. */
const goneWithin = { timeout: 10_000, interval: 10 }

/** A call that is aborted ends with the reason that the signal gives, and stops costing. */
export function testProviderAbort(fixture: ProviderFixture): void {
  const { check } = fixture
  const start = ({ provider }: ProviderUnderTest): { controller: AbortController; stream: AsyncIterable<ModelChunk> } => {
    const controller = new AbortController()
    return { controller, stream: provider.generate(conformanceRequest(fixture), conformanceContext(fixture, controller.signal)) }
  }

  describe('abort', () => {
    check('answers', 'begins no call whose signal is aborted already', async (opened) => {
      const { controller, stream } = start(opened)
      controller.abort(aborted)
      expect(await thrownBy(collectChunks(stream))).toBe(aborted)
      await expectNothingOpen(opened)
    })

    check('is-silent', 'ends a call that has not been answered yet', async (opened) => {
      const { controller, stream } = start(opened)
      const outcome = thrownBy(collectChunks(stream))
      if (opened.openCalls !== undefined) await expect.poll(opened.openCalls, goneWithin).toBe(1)
      controller.abort(aborted)
      expect(await outcome).toBe(aborted)
      await expectNothingOpen(opened)
    })

    check('answers-slowly', 'ends a call in the middle of its answer', async (opened) => {
      const { controller, stream } = start(opened)
      const rest = await readFirst(stream)
      if (opened.openCalls !== undefined) expect(opened.openCalls()).toBe(1)
      const outcome = thrownBy(rest.next())
      controller.abort(aborted)
      expect(await outcome).toBe(aborted)
      expect(await rest.next()).toMatchObject({ done: true })
      await expectNothingOpen(opened)
    })

    check('answers-slowly', 'ends a call whose stream is left early', async (opened) => {
      const { stream } = start(opened)
      const rest = await readFirst(stream)
      await rest.return?.()
      await expectNothingOpen(opened)
    })
  })
}

/** What a promise is rejected with; handled at once, however late it is looked at. */
function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error('Nothing was thrown.'),
    (error: unknown) => error,
  )
}

async function expectNothingOpen({ openCalls }: ProviderUnderTest): Promise<void> {
  if (openCalls !== undefined) await expect.poll(openCalls, goneWithin).toBe(0)
}

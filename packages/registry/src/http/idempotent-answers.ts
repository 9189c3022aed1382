import { and, eq, lt } from 'drizzle-orm'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Queries } from '../database/open-database.js'
import { idempotentAnswers as answers } from '../database/schema.js'
import { Problem } from './problem.js'

interface Slot {
  readonly tokenId: string
  readonly key: string
}

interface Answer {
  readonly status: ContentfulStatusCode
  readonly body: string
}

const keptMs = 24 * 60 * 60 * 1000
/** A first request that has been at work for longer has died with its process. */
const patienceMs = 2 * 60 * 1000

/** Takes a key for a request. @returns the answer that the same request got before, if it did. @throws Problem for another request's key */
export async function beginAnswer(queries: Queries, slot: Slot, request: string, now: Date): Promise<Answer | undefined> {
  await queries.delete(answers).where(lt(answers.createdAt, new Date(now.getTime() - keptMs)))
  for (;;) {
    const row = { ...slot, request, createdAt: now }
    const taken = await queries.insert(answers).values(row).onConflictDoNothing().returning({ key: answers.key })
    if (taken.length > 0) return undefined
    const [before] = await queries.select().from(answers).where(isSlot(slot))
    if (!before) continue
    if (before.request !== request) throw new Problem('idempotency-conflict', 'The Idempotency-Key belongs to another request.')
    if (before.status !== null) return { status: before.status as ContentfulStatusCode, body: before.body }
    if (now.getTime() - before.createdAt.getTime() < patienceMs)
      throw new Problem('idempotency-pending', 'The first request with this Idempotency-Key has no answer yet.', { 'retry-after': '2' })
    await forgetAnswer(queries, slot)
  }
}

export async function finishAnswer(queries: Queries, slot: Slot, answer: Answer | { status: number; body: string }): Promise<void> {
  await queries.update(answers).set({ status: answer.status, body: answer.body }).where(isSlot(slot))
}

export async function forgetAnswer(queries: Queries, slot: Slot): Promise<void> {
  await queries.delete(answers).where(isSlot(slot))
}

function isSlot({ tokenId, key }: Slot) {
  return and(eq(answers.tokenId, tokenId), eq(answers.key, key))
}

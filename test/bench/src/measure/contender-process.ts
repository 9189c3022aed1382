// One contender in a process of its own, so that nobody's heap, garbage or compiled code weighs on another. Takes a
// measurement for each message, and ends with whoever started it.
import { mustBeDone, type Work } from '../engine/work.ts'
import type { ContenderMessage, CreateContender } from './contender.ts'

const [modulePath = '', workText = '', folder = ''] = process.argv.slice(2)
const work = JSON.parse(workText) as Work
const tell = (message: ContenderMessage): void => void process.send?.(message)
const fail = (error: unknown): void => tell({ type: 'failed', reason: error instanceof Error ? error.message : String(error) })

process.on('disconnect', () => process.exit())

try {
  const { create } = (await import(modulePath)) as { create: CreateContender }
  const contender = await create(work, folder)
  process.on('message', () => {
    void measure().catch(fail)
  })
  tell({ type: 'ready' })

  async function measure(): Promise<void> {
    const sample = await contender.prepare()
    // What others' measurements and the preparation have left behind is not collected at this one's expense.
    globalThis.gc?.()
    const start = performance.now()
    const outputs = await sample.run()
    const milliseconds = performance.now() - start
    await sample.end?.()
    mustBeDone(work, outputs)
    tell({ type: 'sample', milliseconds })
  }
} catch (error) {
  fail(error)
}

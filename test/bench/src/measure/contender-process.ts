// One contender in a process of its own, so that nobody's heap, garbage or compiled code weighs on another. Takes a
// measurement for each message, and ends with whoever started it.
import { mustBeDone, type Work } from '../engine/work.ts'
import type { Contender, ContenderMessage, CreateContender } from './contender.ts'

const [modulePath = '', workText = '', folder = ''] = process.argv.slice(2)
const work = JSON.parse(workText) as Work

/**
 * A measurement is the mean of as many runs as take this long together, in milliseconds. On a busy machine a run of two
 * milliseconds is hardly ever interrupted, and one of a hundred always is: measured one by one, they could not be compared.
 */
const leastMs = 150
const mostTimes = 40

const tell = (message: ContenderMessage): void => void process.send?.(message)
const fail = (error: unknown): void => tell({ type: 'failed', reason: error instanceof Error ? error.message : String(error) })

let close: Contender['close']
process.on('disconnect', () => void Promise.resolve(close?.()).finally(() => process.exit()))

try {
  const { create } = (await import(modulePath)) as { create: CreateContender }
  const contender = await create(work, folder)
  close = () => contender.close?.() ?? Promise.resolve()
  process.on('message', () => {
    void measure().catch(fail)
  })
  tell({ type: 'ready' })

  async function measure(): Promise<void> {
    let milliseconds = 0
    let times = 0
    while (times === 0 || (times < mostTimes && milliseconds < leastMs)) {
      milliseconds += await once(contender)
      times += 1
    }
    tell({ type: 'sample', milliseconds: milliseconds / times })
  }
} catch (error) {
  fail(error)
}

/** Does the work once, in a fresh state, and checks what comes out. @returns milliseconds */
async function once(contender: Contender): Promise<number> {
  const sample = await contender.prepare()
  // What the preparation and others have left behind is not collected at this one's expense.
  globalThis.gc?.()
  const start = performance.now()
  const outputs = await sample.run()
  const milliseconds = performance.now() - start
  await sample.end?.()
  mustBeDone(work, outputs)
  return milliseconds
}

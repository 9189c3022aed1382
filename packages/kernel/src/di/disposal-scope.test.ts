import { expect, test } from 'vitest'
import { DisposalScope } from './disposal-scope.js'

test('undoes what was done last first, each after the one before it has finished', async () => {
  const scope = new DisposalScope()
  const events: string[] = []
  scope.add(() => void events.push('first'))
  scope.add(async () => {
    events.push('second begins')
    await new Promise((resolve) => setImmediate(resolve))
    events.push('second ends')
  })
  await scope.dispose()
  expect(events).toEqual(['second begins', 'second ends', 'first'])
})

test('runs every undo though some fail, and reports all failures', async () => {
  const scope = new DisposalScope()
  const events: string[] = []
  scope.add(() => {
    throw new Error('one')
  })
  scope.add(() => void events.push('undone'))
  scope.add(() => Promise.reject(new Error('two')))
  const error = await scope.dispose().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AggregateError)
  expect((error as AggregateError).errors).toEqual([new Error('two'), new Error('one')])
  expect(events).toEqual(['undone'])
})

test('undoes once, however often and from wherever it is asked', async () => {
  const scope = new DisposalScope()
  let undone = 0
  let finish = (): void => {}
  scope.add(() => {
    undone++
    return new Promise((resolve) => {
      finish = resolve
    })
  })
  const first = scope.dispose()
  let secondIsDone = false
  const second = scope.dispose().then(() => {
    secondIsDone = true
  })
  await Promise.resolve()
  expect(secondIsDone).toBe(false)
  finish()
  await Promise.all([first, second, scope.dispose()])
  expect(undone).toBe(1)
})

test('takes nothing more once it is being undone', async () => {
  const scope = new DisposalScope()
  await scope.dispose()
  expect(scope.closed).toBe(true)
  expect(() => scope.add(() => {})).toThrow('undone already')
})

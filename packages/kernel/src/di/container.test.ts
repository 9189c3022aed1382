import { beforeEach, describe, expect, test } from 'vitest'
import { createRootContainer, type RootContainer } from './container.js'
import { token } from './token.js'
import { wire } from './wire.js'

const events: string[] = []
const name = token<string>('name')
const runId = token<string>('runId')
const shared = token<Recorded>('shared')
const inner = token<Recorded>('inner')
const outer = token<Outer>('outer')

interface Recorded {
  readonly label: string
}

/** A service that tells when it is made and undone. */
class Shared implements Recorded {
  readonly label: string

  constructor(label: string) {
    this.label = label
    events.push(`made ${label}`)
  }

  dispose(): void | Promise<void> {
    events.push(`disposed ${this.label}`)
  }
}

class Inner extends Shared {
  override async dispose(): Promise<void> {
    await Promise.resolve()
    await super.dispose()
  }
}

class Outer extends Shared {
  readonly inner: Recorded
  readonly shared: Recorded

  constructor(id: string, innerService: Recorded, sharedService: Recorded) {
    super(`outer of ${id}`)
    this.inner = innerService
    this.shared = sharedService
  }
}

class NeedsRun extends Shared {}

const wiredShared = wire(Shared, name)
const wiredInner = wire(Inner, runId)
const wiredOuter = wire(Outer, runId, inner, shared)
const wiredNeedsRun = wire(NeedsRun, runId)

beforeEach(() => {
  events.length = 0
})

function sealedRoot(): RootContainer {
  const root = createRootContainer()
  root.provideValue(name, 'root')
  root.provideClass(shared, wiredShared)
  root.seal()
  return root
}

describe('the root', () => {
  test('constructs all its singletons when it is sealed, each once', () => {
    const root = sealedRoot()
    expect(events).toEqual(['made root'])
    expect(root.resolve(shared)).toBe(root.resolve(shared))
    expect(events).toEqual(['made root'])
  })

  test('accepts nothing after it is sealed', () => {
    const root = sealedRoot()
    expect(() => root.provideValue(runId, 'late')).toThrow('sealed; runId comes too late')
    expect(() => root.provideClass(inner, wiredInner)).toThrow('sealed; inner comes too late')
  })

  test('says which service nobody provides', () => {
    expect(() => createRootContainer().resolve(name)).toThrow('Nothing provides name')
  })

  test('accepts a service once', () => {
    const root = createRootContainer()
    root.provideValue(name, 'one')
    expect(() => root.provideValue(name, 'two')).toThrow('name is provided twice')
  })

  test('shares nothing with another root', () => {
    expect(sealedRoot().resolve(shared)).not.toBe(sealedRoot().resolve(shared))
  })
})

describe('a singleton of the root never holds what belongs to a run', () => {
  test('since no run begins before the root is sealed', () => {
    expect(() => createRootContainer().createRunContainer()).toThrow('sealed before a run')
  })

  test('since one that needs a value of runs is refused when the root is sealed', () => {
    const root = createRootContainer()
    root.provideClass(shared, wiredNeedsRun)
    expect(() => root.seal()).toThrow('runId')
  })

  test('since all runs are given the one that the root has made', () => {
    const root = sealedRoot()
    const [first, second] = ['first', 'second'].map((id) => {
      const run = root.createRunContainer()
      run.provideValue(runId, id)
      return run.resolve(shared)
    })
    expect(first).toBe(second)
    expect(first?.label).toBe('root')
  })
})

test('the end of a run leaves the services of the root alone', async () => {
  const root = sealedRoot()
  const run = root.createRunContainer()
  run.provideValue(runId, 'run')
  run.provideClass(inner, wiredInner)
  run.provideClass(outer, wiredOuter)
  run.resolve(outer)
  await run.dispose()
  expect(events).toEqual(['made root', 'made run', 'made outer of run', 'disposed outer of run', 'disposed run'])
  await root.dispose()
  expect(events.at(-1)).toBe('disposed root')
})

test('a run cannot hide what the root provides', () => {
  const run = sealedRoot().createRunContainer()
  expect(() => run.provideValue(name, 'mine')).toThrow('name is provided twice')
  expect(() => run.provideClass(shared, wiredShared)).toThrow('shared is provided twice')
})

test('each run has services of its own', () => {
  const root = sealedRoot()
  const labels = ['one', 'two'].map((id) => {
    const run = root.createRunContainer()
    run.provideValue(runId, id)
    run.provideClass(inner, wiredInner)
    run.provideClass(outer, wiredOuter)
    const made = run.resolve(outer)
    expect(run.resolve(inner)).toBe(made.inner)
    expect(made.shared).toBe(root.resolve(shared))
    return made.inner.label
  })
  expect(labels).toEqual(['one', 'two'])
  expect(() => root.resolve(inner)).toThrow('Nothing provides inner')
})

test('a value is left to whoever made it', async () => {
  const value = new Shared('value')
  const root = createRootContainer()
  root.provideValue(shared, value)
  root.seal()
  await root.dispose()
  expect(events).toEqual(['made value'])
})

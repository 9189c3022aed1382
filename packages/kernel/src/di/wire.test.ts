import { expect, test } from 'vitest'
import { createRootContainer } from './container.js'
import { token } from './token.js'
import { wire } from './wire.js'

interface Clock {
  now(): number
}
interface Reader {
  read(path: string): string
}

const clock = token<Clock>('clock')
const reader = token<Reader>('reader')
const service = token<{ describe(): string }>('service')

function createService(): new (clock: Clock, reader: Reader) => { describe(): string } {
  return class Service {
    private readonly clock: Clock
    private readonly reader: Reader

    constructor(from: Clock, to: Reader) {
      this.clock = from
      this.reader = to
    }

    describe(): string {
      return `${this.reader.read('a')} at ${this.clock.now()}`
    }
  }
}

test('a class is given the services of its tokens, in order', () => {
  const root = createRootContainer()
  root.provideValue(clock, { now: () => 7 })
  root.provideValue(reader, { read: (path) => `<${path}>` })
  root.provideClass(service, wire(createService(), clock, reader))
  root.seal()
  expect(root.resolve(service).describe()).toBe('<a> at 7')
})

test('a class without services needs no tokens', () => {
  class Alone {
    describe(): string {
      return 'alone'
    }
  }
  const root = createRootContainer()
  root.provideClass(service, wire(Alone))
  root.seal()
  expect(root.resolve(service).describe()).toBe('alone')
})

test('a class is wired once, so that one composition cannot change another', () => {
  const type = createService()
  wire(type, clock, reader)
  expect(() => wire(type, clock, reader)).toThrow('wired twice')
})

test('wrong wiring does not compile', () => {
  // @ts-expect-error a token is missing
  wire(createService(), clock)
  // @ts-expect-error all tokens are missing
  wire(createService())
  // @ts-expect-error the tokens are swapped
  wire(createService(), reader, clock)
  // @ts-expect-error a token is of another type
  wire(createService(), clock, token<string>('text'))
  // @ts-expect-error there is one token too many
  wire(createService(), clock, reader, clock)
  // What is given may be more than what is asked for.
  wire(createService(), token<Clock & { zone: string }>('zoned clock'), reader)

  const root = createRootContainer()
  // @ts-expect-error the value is not what the token stands for
  root.provideValue(clock, { read: () => '' })
  // @ts-expect-error the class is not what the token stands for
  root.provideClass(reader, wire(createService(), clock, reader))
  // @ts-expect-error the class has not been wired
  expect(() => root.provideClass(service, createService())).toThrow('Cannot register')
})

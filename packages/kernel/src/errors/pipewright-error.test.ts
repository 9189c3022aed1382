import { describe, expect, it, vi } from 'vitest'
import { PipewrightError, toPipewrightError, type ErrorCode } from '../documents.js'

/** The class as another copy of the kernel has it. */
async function anotherCopy(): Promise<typeof PipewrightError> {
  vi.resetModules()
  return (await import('./pipewright-error.js')).PipewrightError
}

describe('errors across copies of the kernel', () => {
  it('are the same error, with its code, hint and step', async () => {
    const Other = await anotherCopy()
    expect(Other).not.toBe(PipewrightError)
    const thrown = new Other('PROVIDER_OVERLOADED', 'Too many.', { hint: 'Wait.' })
    expect(toPipewrightError(thrown)).toBe(thrown)
    expect(toPipewrightError(thrown).inStep('ask').toJSON()).toEqual({
      code: 'PROVIDER_OVERLOADED',
      message: 'Too many.',
      hint: 'Wait.',
      step: 'ask',
    })
  })

  it('keep their message and hint when no table has their code', async () => {
    const Other = await anotherCopy()
    // What a plugin in plain JavaScript, or one with a newer kernel, may throw.
    const thrown = new Other('GLOSSARY_GONE' as ErrorCode, 'The glossary is gone.', { hint: 'Write another.' })
    expect(PipewrightError.isInstance(thrown)).toBe(false)
    expect(toPipewrightError(thrown, 'STEP_FAILED').toJSON()).toEqual({
      code: 'STEP_FAILED',
      message: 'The glossary is gone.',
      hint: 'Write another.',
    })
  })
})

describe('anything else that is thrown', () => {
  it('becomes the code given, with its message', () => {
    expect(toPipewrightError(new TypeError('no such thing'), 'STEP_FAILED')).toMatchObject({
      code: 'STEP_FAILED',
      message: 'no such thing',
    })
    expect(toPipewrightError('a text')).toMatchObject({ code: 'INTERNAL', message: 'a text' })
  })
})

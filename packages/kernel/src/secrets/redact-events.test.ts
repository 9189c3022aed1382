import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../run/run-result.js'
import { noUsage } from '../points/usage.js'
import { redactEvents, redactLogger } from './redact-events.js'
import { RunSecrets } from './run-secrets.js'

const runs = process.env['PIPEWRIGHT_FULL'] === '1' ? 5_000 : 300

async function watched(values: Readonly<Record<string, string>>): Promise<{ emit: (event: RunEvent) => void; seen: RunEvent[] }> {
  const secrets = new RunSecrets({ names: Object.keys(values), files: [], read: async (name) => values[name] ?? '' })
  await secrets.reveal(Object.values(secrets.placeholders))
  const seen: RunEvent[] = []
  return { emit: redactEvents(secrets, (event) => void seen.push(event)), seen }
}

const finished = (step: string): RunEvent => ({ type: 'step-finished', step, status: 'succeeded', durationMs: 0, usage: noUsage })
const textOf = (seen: readonly RunEvent[], step = 'a'): string =>
  seen.map((event) => (event.type === 'text' && event.step === step ? event.text : '')).join('')

describe('text that a model writes piece by piece', () => {
  it('shows no secret that lies across two pieces, and says the rest at once', async () => {
    const { emit, seen } = await watched({ TOKEN: 'tk-12345' })
    emit({ type: 'text', step: 'a', text: 'Use it: tk-1' })
    expect(textOf(seen)).toBe('Use it: ')
    emit({ type: 'text', step: 'b', text: '2345 is of another step' })
    emit({ type: 'text', step: 'a', text: '2345, then t' })
    emit(finished('a'))
    expect(textOf(seen)).toBe('Use it: [secret TOKEN], then t')
    expect(textOf(seen, 'b')).toBe('2345 is of another step')
    expect(seen.at(-1)).toEqual(finished('a'))
  })

  it('never has a secret in it, and is what it was without one', async () => {
    const secret = fc.string({ minLength: 4, maxLength: 9, unit: fc.constantFrom('a', 'b', 'c') })
    const piece = fc.string({ maxLength: 6, unit: fc.constantFrom('a', 'b', 'c', ' ') })
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(secret, { minLength: 1, maxLength: 3 }), fc.array(piece), async (values, pieces) => {
        const { emit, seen } = await watched(Object.fromEntries(values.map((value, index) => [`S${index}`, value])))
        for (const text of pieces) emit({ type: 'text', step: 'a', text })
        emit({ type: 'run-finished', runId: 'r', status: 'succeeded' })
        const whole = pieces.join('')
        const shown = textOf(seen)
        for (const value of values) expect(shown).not.toContain(value)
        if (!values.some((value) => whole.includes(value))) expect(shown).toBe(whole)
      }),
      { numRuns: runs },
    )
  })
})

it('events and log lines tell no secret', async () => {
  const { emit, seen } = await watched({ TOKEN: 'tk-12345' })
  emit({ type: 'step-progress', step: 'a', message: 'with tk-12345' })
  emit({ type: 'warning', step: null, message: 'tk-12345?' })
  emit({ type: 'step-retrying', step: 'a', attempt: 2, waitMs: 1, error: { code: 'STEP_FAILED', message: 'tk-12345', hint: '' } })
  expect(JSON.stringify(seen)).not.toContain('12345')
  expect(seen.map((event) => event.type)).toEqual(['step-progress', 'warning', 'step-retrying'])

  const secrets = new RunSecrets({ names: ['TOKEN'], files: [], read: async () => 'tk-12345' })
  await secrets.reveal(secrets.placeholders['TOKEN'])
  const lines: unknown[] = []
  const line = (...said: readonly unknown[]): void => void lines.push(said)
  const logger = redactLogger(secrets, { debug: line, info: line, warn: line, error: line })
  logger.warn('refused tk-12345', { url: 'https://example.org/tk-12345' })
  logger.info('plain')
  expect(lines).toEqual([['refused [secret TOKEN]', { url: 'https://example.org/[secret TOKEN]' }], ['plain']])
})

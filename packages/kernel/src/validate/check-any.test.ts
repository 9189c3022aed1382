import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../errors/finding.js'
import { generatedText } from '../fixtures/document-arbitrary.js'
import { createTestEngine } from '../fixtures/test-engine.js'
import { scriptedProvider } from '../fixtures/test-points.js'
import { checkedSteps } from './fixtures/checked-steps.js'

const runs = process.env['PIPEWRIGHT_FULL'] === '1' ? 2_000 : 50

async function createCheck(): Promise<(text: string) => Promise<readonly Finding[]>> {
  const { check } = await createTestEngine({ steps: checkedSteps, providers: [scriptedProvider(() => '')] }, { defaultModel: 'scripted/m' })
  return async (text) => (await check(text)).findings
}

function expectInside(text: string, findings: readonly Finding[]): void {
  const lines = text.split('\n')
  for (const { line, column, code } of findings) {
    const length = lines[line - 1]?.length ?? -1
    expect(line >= 1 && column >= 1 && column <= length + 1, `${code} at ${line}:${column}`).toBe(true)
  }
}

describe('any document', () => {
  it('that is valid has no errors, and its warnings stand in it', { timeout: 300_000 }, async () => {
    const check = await createCheck()
    await fc.assert(
      fc.asyncProperty(generatedText, async (text) => {
        const findings = await check(text)
        expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
        expectInside(text, findings)
      }),
      { numRuns: runs },
    )
  })

  const words = [
    'uses: ask',
    'uses: save',
    'with: {}',
    'steps.s0.output.x',
    'item',
    '{{',
    '}}',
    'if: false',
    'tools: []',
    ': ',
    '- ',
    '"',
    '\n',
    '[',
    '}',
    '3',
    'loop.output',
  ]
  const edits = fc.array(
    fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat({ max: 20 }), word: fc.constantFrom(...words, '') }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )

  it('that was valid and is damaged never crashes the checks, and all findings stand in it', { timeout: 300_000 }, async () => {
    const check = await createCheck()
    await fc.assert(
      fc.asyncProperty(generatedText, edits, async (whole, changes) => {
        const text = changes.reduce((left, { at, cut, word }) => {
          const start = Math.floor(at * left.length)
          return left.slice(0, start) + word + left.slice(start + cut)
        }, whole)
        expectInside(text, await check(text))
      }),
      { numRuns: runs * 2 },
    )
  })
})

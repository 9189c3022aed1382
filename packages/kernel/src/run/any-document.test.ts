import fc from 'fast-check'
import { expect, it } from 'vitest'
import { generatedDocument } from '../fixtures/document-arbitrary.js'
import { createTestEngine } from '../fixtures/test-engine.js'

const runs = process.env['PIPEWRIGHT_FULL'] === '1' ? 1_000 : 40

it('whatever valid document there is runs to its end, and gives each output that it names', { timeout: 300_000 }, async () => {
  const { run } = await createTestEngine()
  await fc.assert(
    fc.asyncProperty(generatedDocument, async (document) => {
      const { status, error, outputs } = await run(JSON.stringify(document))
      expect({ status, error }).toEqual({ status: 'succeeded', error: null })
      expect(Object.keys(outputs)).toEqual(Object.keys(document.outputs))
    }),
    { numRuns: runs },
  )
})

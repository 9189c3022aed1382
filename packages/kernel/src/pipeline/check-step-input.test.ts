import { describe, expect, it } from 'vitest'
import { findingsOf } from '../validate/fixtures/checked-steps.js'

const rule = (expression: string): string =>
  `  - { id: a, uses: pick, with: { from: 1, rules: [{ when: "x" }, { when: "${expression}" }] } }`

describe('an expression in another language, however deep it lies', () => {
  it('is read, and shown where it cannot be read on', async () => {
    expect(await findingsOf(rule('a.b §= = c'), ['EXPRESSION_SYNTAX'])).toEqual([
      ['EXPRESSION_SYNTAX', expect.any(String), expect.stringMatching(/^Step "a": the JSONata expression cannot be read/)],
    ])
  })

  it('is no template', async () => {
    expect(await findingsOf(rule("a & '{{ nothing }}'"), ['EXPRESSION_SYNTAX', 'UNKNOWN_VARIABLE'])).toEqual([])
  })
})

import { readDocument } from '../pipeline/read-document.js'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../errors/finding.js'
import { testPoints, scriptedProvider } from '../fixtures/test-points.js'
import { bindPlan } from '../pipeline/bind-plan.js'
import { FindingList } from '../pipeline/finding-list.js'
import { checkedSteps, unmark } from './fixtures/checked-steps.js'

async function found(marked: string): Promise<readonly unknown[]> {
  const { text, placeOf } = unmark(`pipeline: p\n${marked}`)
  const read = readDocument(text, 'p.yaml')
  if (!read.ok) throw new Error(JSON.stringify(read.findings))
  const findings = new FindingList('p.yaml', read.sources)
  await bindPlan(read.document, text, 'p.yaml', findings, {
    points: testPoints({ steps: checkedSteps, providers: [scriptedProvider(() => '')] }),
    defaultModel: 'scripted/m',
    secrets: ['KEY'],
  })
  return findings.sorted().map((finding: Finding) => [finding.code, finding.severity, placeOf(finding)])
}

const key = '{{ §secrets.KEY }}'
const step = (keys: string): string => `steps: [{ id: a, ${keys} }]`

describe('a secret', () => {
  it.each<[string, string, string]>([
    ['in a prompt', step(`uses: ask, with: { prompt: "${key}" }`), 'error'],
    ['in a condition', step('uses: pick, if: §secrets.KEY == "a", with: { from: 1 }'), 'error'],
    ['in what a step goes over', step(`uses: pick, for_each: ["${key}"], with: { from: 1 }`), 'error'],
    ['in a key for what is done once', step(`uses: pick, idempotency_key: "${key}", with: { from: 1 }`), 'error'],
    ['in the output of a group', `steps: [{ id: g, output: "${key}", steps: [{ id: a, uses: pick, with: { from: 1 } }] }]`, 'error'],
    ['in the outputs', `${step('uses: pick, with: { from: 1 }')}\noutputs: { a: "${key}" }`, 'error'],
    ['in a variable', `variables: { k: "${key}" }\n${step('uses: pick, with: { from: 1 }')}`, 'error'],
    ['in what stands in for a step', step(`uses: pick, with: { from: 1 }, on_error: { continue: "${key}" }`), 'error'],
    ['in what makes the output', step(`uses: pick, with: { from: "${key}" }`), 'warning'],
  ])('%s is found', async (_where, text, severity) => {
    expect(await found(text)).toEqual([['SECRET_EXPOSED', severity, 'here']])
  })

  it('may be used by the step that needs it', async () => {
    expect(await found(step(`uses: fetch, with: { url: "https://a.example", headers: { authorization: "Bearer ${key}" } }`))).toEqual([])
    const tool = `{ id: t, uses: fetch, description: d, with: { url: "https://a.example", headers: { k: "${key}" } } }`
    expect(await found(step(`uses: ask, with: { prompt: hi }, tools: [${tool}]`))).toEqual([])
  })

  it('that nobody has named is unknown', async () => {
    expect(await found(step('uses: fetch, with: { url: "{{ §secrets.KYE }}" }'))).toEqual([['UNKNOWN_VARIABLE', 'error', 'here']])
  })
})

import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Guardrail, GuardrailPhase, GuardrailSubject, Verdict } from '../points/guardrail.js'
import { silentLogger, systemClock } from '../plugin/services.js'

export interface GuardrailExample {
  readonly name: string
  readonly subject: GuardrailSubject
  /** As a pipeline writes them. Default: none. */
  readonly options?: unknown
  readonly action: Verdict['action']
  /** What no finding may repeat, for example the secret that was found. */
  readonly neverQuoted?: string
}

export interface TestGuardrailOptions {
  /** At least one that passes and one that does not. */
  readonly examples: readonly [GuardrailExample, GuardrailExample, ...GuardrailExample[]]
  /** Options that the guardrail's schema has to refuse, beside keys that it does not know. */
  readonly refused?: readonly unknown[]
}

/** The subjects that each phase can see. */
const subjectsOf: Readonly<Record<GuardrailPhase, readonly GuardrailSubject['type'][]>> = {
  'pre-execution': ['plan', 'inputs'],
  runtime: ['prompt', 'answer'],
  'post-execution': ['outputs'],
}

/** Texts that make a careless pattern or parser work for hours. */
const heavyTexts: Readonly<Record<string, string>> = {
  'one letter': 'a'.repeat(200_000),
  'nothing but spaces': ' '.repeat(200_000),
  'digits and dashes': '12-34 '.repeat(40_000),
  'dots and at-signs': 'a.b@'.repeat(50_000),
  'open brackets': '[{('.repeat(60_000),
}

const findings = z
  .array(z.strictObject({ rule: z.string().min(1).max(200), message: z.string().min(1).max(2000) }))
  .min(1)
  .max(1000)

const verdictSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('allow') }),
  z.strictObject({ action: z.enum(['warn', 'ask', 'block']), findings }),
  z.strictObject({ action: z.literal('fix'), findings, text: z.string() }),
])

/** What every guardrail has to do. Call it at the top of a test file. That a failing one blocks is the kernel's part. */
// The registries hold guardrails of every type; the kit gives each only options that its own schema has parsed.
// oxlint-disable-next-line no-explicit-any
export function testGuardrail(guardrail: Guardrail<any>, { examples, refused = [] }: TestGuardrailOptions): void {
  const check = async (subject: GuardrailSubject, options: unknown = {}, signal = new AbortController().signal): Promise<Verdict> =>
    guardrail.check(subject, guardrail.options.parse(options), { signal, logger: silentLogger, clock: systemClock })

  describe(`guardrail conformance: ${guardrail.id}`, () => {
    test('says what it is, and looks at what its phase can see', () => {
      expect(guardrail.contract).toBe('v1')
      expect(guardrail.id).toMatch(/^[a-z][a-z0-9_-]*$/)
      expect(guardrail.summary.length).toBeGreaterThan(10)
      expect(guardrail.subjects.length).toBeGreaterThan(0)
      expect(subjectsOf[guardrail.phase]).toEqual(expect.arrayContaining([...guardrail.subjects]))
    })

    test('describes its options as JSON Schema, and needs none of them', () => {
      expect(z.toJSONSchema(guardrail.options, { io: 'input' }).type).toBe('object')
      expect(guardrail.options.safeParse({}).error?.issues).toBeUndefined()
    })

    test.each([{ not_a_known_key: 1 }, 'text', 7, null, ...refused].map((options) => ({ options })))(
      'refuses the options $options',
      ({ options }) => {
        expect(guardrail.options.safeParse(options).success).toBe(false)
      },
    )

    test('is shown by its examples to let pass and to stop', () => {
      const actions = examples.map(({ action }) => action)
      expect(actions).toContain('allow')
      expect(actions.some((action) => action !== 'allow')).toBe(true)
      for (const { subject } of examples) expect(guardrail.subjects).toContain(subject.type)
    })

    test.each(examples)('$action: $name', async ({ subject, options, action, neverQuoted }) => {
      const verdict = await check(subject, options)
      expect(verdict.action).toBe(action)
      expect(verdictSchema.safeParse(verdict).error?.issues).toBeUndefined()
      if (neverQuoted !== undefined && verdict.action !== 'allow') expect(JSON.stringify(verdict.findings)).not.toContain(neverQuoted)
      if (verdict.action === 'fix') await expectFixed(subject, verdict.text, options)
    })

    test.each(examples)('says the same of the same: $name', async ({ subject, options }) => {
      expect(await check(subject, options)).toEqual(await check(subject, options))
    })

    test.each(examples)('does not change what it looks at: $name', async ({ subject, options }) => {
      const before = structuredClone(subject)
      await check(deepFreeze(structuredClone(subject)), deepFreeze(structuredClone(options)))
      await check(subject, options)
      expect(subject).toEqual(before)
    })

    test('ends when nobody waits for it any more', async () => {
      const [{ subject, options }] = examples
      const gone = new Error('gone')
      const ending = check(subject, options, AbortSignal.abort(gone)).then(
        () => 'ended',
        (error: unknown) => error,
      )
      expect(['ended', gone]).toContain(await ending)
    })

    // The kernel gives it ten seconds; so does the test.
    test.each(Object.entries(heavyTexts))(
      'comes to an end on %s',
      async (_name, text) => {
        for (const type of guardrail.subjects) {
          expect(verdictSchema.safeParse(await check(subjectWith(type, text))).success).toBe(true)
        }
      },
      10_000,
    )
  })

  /** A text that was fixed gives no more cause to fix it. */
  async function expectFixed(subject: GuardrailSubject, text: string, options: unknown): Promise<void> {
    expect(['prompt', 'answer'], 'only texts can be fixed').toContain(subject.type)
    if (subject.type !== 'prompt' && subject.type !== 'answer') return
    expect(text).not.toBe(subject.text)
    expect(['allow', 'warn']).toContain((await check({ ...subject, text }, options)).action)
  }
}

function subjectWith(type: GuardrailSubject['type'], text: string): GuardrailSubject {
  switch (type) {
    case 'plan':
      return { type, pipeline: 'example', steps: [{ id: 'ask', uses: 'prompt', with: { prompt: text } }], inputs: { text } }
    case 'prompt':
    case 'answer':
      return { type, step: 'ask', model: 'stand-in/model', text }
    case 'inputs':
    case 'outputs':
      return { type, pipeline: 'example', value: { text, list: [text.slice(0, 100)] } }
  }
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}

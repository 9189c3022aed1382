import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PipewrightError } from '../errors/pipewright-error.js'
import { compileTemplate } from '../pipeline/template-engine.js'
import { RunSecrets } from './run-secrets.js'
import type { SecretSource } from './secret-source.js'

const runs = process.env['PIPEWRIGHT_FULL'] === '1' ? 5_000 : 100

function sourceOf(values: Readonly<Record<string, string>>): SecretSource & { readonly read: SecretSource['read']; reads: number } {
  return {
    names: Object.keys(values),
    files: [],
    reads: 0,
    async read(name) {
      this.reads++
      const value = values[name]
      if (value === undefined) throw new PipewrightError('SECRET_UNKNOWN', name)
      return value
    },
  }
}

function render(secrets: RunSecrets, template: string, inputs: Readonly<Record<string, unknown>> = {}): unknown {
  return compileTemplate(template).evaluate({ inputs, variables: {}, secrets: secrets.placeholders, steps: {}, run: {} })
}

/** A run in which every secret has been revealed. */
async function revealed(values: Readonly<Record<string, string>>): Promise<RunSecrets> {
  const secrets = new RunSecrets(sourceOf(values))
  await secrets.reveal(Object.values(secrets.placeholders))
  return secrets
}

const token = 'tk/9+a "b"=€'

describe('a secret in a template', () => {
  it.each([
    ['Bearer {{ secrets.TOKEN }}', `Bearer ${token}`],
    ['{{ secrets.TOKEN }}{{ secrets.USER }}', `${token}marion`],
    ['https://example.org/?key={{ secrets.TOKEN | url_encode }}', `https://example.org/?key=${encodeURIComponent(token)}`],
    [
      '{{ secrets.USER | append: ":" | append: secrets.TOKEN | base64_encode | prepend: "Basic " }}',
      `Basic ${Buffer.from(`marion:${token}`).toString('base64')}`,
    ],
    ['{{ secrets[inputs.name] }}', 'marion'],
  ])('%s is filled in at the end', async (template, expected) => {
    const secrets = new RunSecrets(sourceOf({ TOKEN: token, USER: 'marion' }))
    const rendered = render(secrets, template, { name: 'USER' })
    expect(rendered).not.toContain('marion')
    expect(rendered).not.toContain(token)
    expect(await secrets.reveal({ headers: [rendered] })).toEqual({ headers: [expected] })
  })

  it.each(['upcase', 'capitalize', 'replace: "=", "-"'])('that the filter %s has changed is an error, not another text', async (filter) => {
    const secrets = new RunSecrets(sourceOf({ TOKEN: token }))
    await expect(secrets.reveal(render(secrets, `{{ secrets.TOKEN | ${filter} }}`))).rejects.toMatchObject({ code: 'SECRET_INVALID' })
  })

  it('reaches nothing that the project does not name', () => {
    const secrets = new RunSecrets(sourceOf({ TOKEN: token }))
    expect(() => render(secrets, '{{ secrets[inputs.name] }}', { name: 'HOME' })).toThrow(
      expect.objectContaining({ code: 'MISSING_VALUE' }),
    )
  })

  it('is read only when it is needed, and once', async () => {
    const source = sourceOf({ TOKEN: token, OTHER: 'other' })
    const secrets = new RunSecrets(source)
    const rendered = render(secrets, '{{ secrets.TOKEN }}')
    expect(source.reads).toBe(0)
    await secrets.reveal([rendered, rendered])
    await secrets.reveal([rendered])
    expect(source.reads).toBe(1)
  })

  it('is not found in a text that only looks like one', async () => {
    const secrets = new RunSecrets(sourceOf({ TOKEN: token }))
    const other = render(new RunSecrets(sourceOf({ TOKEN: 'another' })), '{{ secrets.TOKEN }}')
    render(secrets, '{{ secrets.TOKEN }}')
    expect(await secrets.reveal(other)).toBe(other)
  })

  it.each(['', 'abc', ' ab ', 'x'.repeat(20_000)])('cannot be kept when it is no secret (%#)', async (value) => {
    const secrets = new RunSecrets(sourceOf({ PIN: value }))
    await expect(secrets.reveal(render(secrets, '{{ secrets.PIN }}'))).rejects.toMatchObject({
      code: 'SECRET_INVALID',
      message: expect.stringContaining('PIN'),
    })
  })
})

describe('what comes back from a step', () => {
  it('shows the name in the place of the secret, however it is written', async () => {
    const secrets = await revealed({ TOKEN: token })
    const written = {
      plain: `sent ${token}!`,
      address: `https://example.org/?a=1&key=${encodeURIComponent(token).toLowerCase()}`,
      form: new URLSearchParams({ key: token }).toString(),
      json: JSON.stringify({ token }),
      jsonInJson: JSON.stringify(JSON.stringify([token])),
      base64: Buffer.from(`user:${token}:more`).toString('base64'),
      base64url: Buffer.from(`user-${token}`).toString('base64url'),
      [token]: 'as a key',
    }
    const redacted = Object.entries(secrets.redact(written))
    for (const [, text] of redacted.slice(0, -1)) expect(text).toContain('[secret TOKEN]')
    expect(redacted.at(-1)).toEqual(['[secret TOKEN]', 'as a key'])
  })

  it('is itself when there is nothing to hide', async () => {
    const output = { list: ['a', 1, null, { deep: true }] }
    expect((await revealed({ TOKEN: token })).redact(output)).toBe(output)
    expect(new RunSecrets().redact(output)).toBe(output)
    expect(new RunSecrets(sourceOf({ TOKEN: token })).redact({ text: token })).toEqual({ text: token })
  })

  it('hides lines of a secret of several, and numbers', async () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\nw0BAQEFAASC\n-----END KEY-----'
    const secrets = await revealed({ KEY: key, PIN: '90210' })
    expect(secrets.redact(['cannot read MIIEvQIBADANBgkqhkiG here', 90210, 9021])).toEqual([
      'cannot read [secret KEY] here',
      '[secret PIN]',
      9021,
    ])
  })

  it('gives nothing away through the name of another', async () => {
    const secrets = await revealed({ TOKEN: 'secret', OTHER: 'TOKEN' })
    expect(secrets.redact('a secret TOKEN')).toBe('a *** ***')
  })

  it('hides a secret that has lost the spaces around it', async () => {
    expect((await revealed({ TOKEN: ' tk-12345\n' })).redact('x-token: tk-12345')).toBe('x-token: [secret TOKEN]')
  })

  it('is an error without its cause', async () => {
    const secrets = await revealed({ TOKEN: token })
    const thrown = new PipewrightError('STEP_FAILED', `401 for ${token}`, {
      hint: `Is ${token} right?`,
      retryable: true,
      retryAfterMs: 5,
      step: 'a',
      details: { url: `https://example.org/${encodeURIComponent(token)}` },
      cause: new Error(token),
    })
    const redacted = secrets.redactError(thrown)
    expect(redacted).toMatchObject({ code: 'STEP_FAILED', message: '401 for [secret TOKEN]', retryable: true, retryAfterMs: 5, step: 'a' })
    expect(redacted.cause).toBeUndefined()
    expect(JSON.stringify([redacted, redacted.details, redacted.stack])).not.toMatch(/tk(?:\/|%2F)9/)
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    expect(secrets.redactError(new PipewrightError('STEP_FAILED', 'x', { details: circle })).details).toEqual({})
  })

  it('never has a secret in it', async () => {
    const secret = fc.oneof(
      fc.string({ minLength: 4, maxLength: 40, unit: 'binary' }),
      fc.string({
        minLength: 4,
        maxLength: 12,
        unit: fc.constantFrom('a', 'b', '\\', '"', '\n', '%', '+', '/', ' ', '[', ']', '*', 'secret'),
      }),
    )
    const values = fc.dictionary(
      fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/),
      secret.filter((value) => value.trim().length >= 4),
      { minKeys: 1, maxKeys: 4 },
    )
    await fc.assert(
      fc.asyncProperty(values, fc.infiniteStream(fc.nat()), fc.json({ stringUnit: 'binary' }), async (named, numbers, json) => {
        const secrets = await revealed(named)
        const known = Object.values(named)
        const pick = <Item>(items: readonly Item[]): Item | undefined => items[(numbers.next().value ?? 0) % items.length]
        const plant = (text: string): string => {
          const value = pick(known) ?? ''
          const form = pick([value, encodeURIComponent(value), JSON.stringify(value), Buffer.from(value).toString('base64')]) ?? ''
          const at = (numbers.next().value ?? 0) % (text.length + 1)
          return text.slice(0, at) + form + text.slice(at)
        }
        const planted: unknown = JSON.parse(json, (_, part: unknown) => (typeof part === 'string' ? plant(plant(part)) : part))
        const told = textsIn(secrets.redact({ [plant('')]: planted }))
        for (const text of told) {
          for (const value of known) {
            expect(text).not.toContain(value)
            expect(text).not.toContain(encodeURIComponent(value))
            expect(text).not.toContain(JSON.stringify(value).slice(1, -1))
            expect(text).not.toContain(
              Buffer.from(value)
                .toString('base64')
                .slice(0, Math.floor((Buffer.byteLength(value) * 8) / 6)),
            )
          }
        }
      }),
      { numRuns: runs },
    )
  })
})

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => [key, ...textsIn(part)])
}

describe('what a step hands on to another pipeline', () => {
  it('is a marker there too, and can be revealed again', async () => {
    const secrets = await revealed({ TOKEN: token, WORD: 'secret' })
    const inputs = secrets.conceal({ header: `Bearer ${token}`, word: 'a secret' })
    expect(JSON.stringify(inputs)).not.toContain('tk/9')
    expect(await secrets.reveal(inputs)).toEqual({ header: `Bearer ${token}`, word: 'a secret' })
  })
})

describe('what outlives a run', () => {
  it('is the same in every run', () => {
    const templates = ['Bearer {{ secrets.TOKEN }}', '{{ secrets.TOKEN | url_encode }}', '{{ secrets.TOKEN | base64_encode }}']
    const stable = (): unknown => {
      const secrets = new RunSecrets(sourceOf({ TOKEN: token }))
      return secrets.stable(templates.map((template) => render(secrets, template)))
    }
    expect(stable()).toEqual(stable())
    expect(stable()).toMatchObject(['Bearer [secret TOKEN]', '[secret TOKEN]', expect.stringContaining('[secret TOKEN]')])
  })
})

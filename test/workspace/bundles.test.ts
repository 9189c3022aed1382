import { glob, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseSync } from 'oxc-parser'
import { describe, expect, it } from 'vitest'
import { createEngine, createMemoryStore, createPluginHost, loadPriceBook, silentLogger, systemClock } from '@pipewright/kernel'
import { pipewright } from '../support/command-line.js'

const packages = join(import.meta.dirname, '..', '..', 'packages')
const requireAsKernel = createRequire(join(packages, 'kernel', 'package.json'))

/** The packages that a module imports, statically and dynamically; one that is computed is a place in a folder, not a package. */
function importsOf(path: string, text: string): string[] {
  const { module } = parseSync(path, text)
  const dynamic = module.dynamicImports.flatMap(
    ({ moduleRequest: { start, end } }) => /^["'`](.*)["'`]$/.exec(text.slice(start, end))?.[1] ?? [],
  )
  return [...module.staticImports.map(({ moduleRequest }) => moduleRequest.value), ...dynamic].filter((name) => !name.startsWith('.'))
}

describe('a bundle', () => {
  it('imports nothing but what its package depends on', async () => {
    let imports = 0
    for await (const path of glob(['*/bundle/*.js', 'plugins/*/bundle/*.js'], { cwd: packages })) {
      const text = await readFile(join(packages, path), 'utf8')
      const manifest = JSON.parse(await readFile(join(packages, path, '..', '..', 'package.json'), 'utf8')) as Record<string, object>
      const allowed = Object.keys({ ...manifest['dependencies'], ...manifest['peerDependencies'] })
      for (const specifier of importsOf(path, text)) {
        imports += 1
        const [name = ''] = /^(@[^/]+\/)?[^/]+/.exec(specifier) ?? []
        expect({ path, name, allowed }).toMatchObject({ allowed: expect.arrayContaining([name]) as unknown })
      }
    }
    expect(imports).toBeGreaterThan(20)
  })

  it('comes with the licence of each package whose code is in it', async () => {
    const notices = await readFile(join(packages, 'kernel', 'bundle', 'NOTICES.txt'), 'utf8')
    expect(notices).toMatch(/^zod \d.*\nMIT\n/m)
    expect(notices).toMatch(/^yaml \d.*\nISC\n/m)
    expect(notices).toContain('Permission to use, copy, modify, and/or distribute this software')
  })
})

interface Prices {
  calcPrice(usage: object, model: string, options: { providerId: string }): { total_price: number } | null
  findProvider(options: { providerId: string }): { models: { id: string }[] } | undefined
}

describe('the price list in the kernel', () => {
  it('has the models and the prices of the list that it was made from', async () => {
    const entry = requireAsKernel.resolve('@pydantic/genai-prices').replace(/\.cjs$/, '.js')
    const list = (await import(pathToFileURL(entry).href)) as Prices
    const book = await loadPriceBook()
    const usage = { inputTokens: 123_456, outputTokens: 7890 }
    let compared = 0
    for (const provider of ['anthropic', 'openai', 'google', 'mistral', 'groq', 'openrouter']) {
      const models = list.findProvider({ providerId: provider })?.models.map(({ id }) => id) ?? []
      expect(book.modelsOf(provider)).toEqual(models)
      for (const model of models) {
        const price = list.calcPrice({ input_tokens: usage.inputTokens, output_tokens: usage.outputTokens }, model, {
          providerId: provider,
        })
        expect(book.knows(`${provider}/${model}`)).toBe(price !== null)
        if (price === null) continue
        compared += 1
        expect(book.price(`${provider}/${model}`, usage)).toBe(price.total_price)
      }
    }
    expect(compared).toBeGreaterThan(200)
  })
})

describe('the JSON Schema of the kernel', () => {
  const services = { clock: systemClock, random: Math.random, fetch, logger: silentLogger, environment: {} }

  /** What is said of an input that a pipeline declares with this schema for its elements. */
  async function said(items: string): Promise<string[]> {
    const points = await createPluginHost({ sources: [], services })
    const engine = createEngine({ points, services, store: createMemoryStore(() => 0), projectRoot: packages })
    const text = `pipeline: a\ninputs:\n  list: { type: array, items: ${items} }\nsteps: [{ id: a, uses: text }]\n`
    const { findings } = await engine.check({ text, file: join(packages, 'a.yaml') })
    return findings.flatMap(({ message }) => (message.startsWith('Input "list"') ? [message] : []))
  }

  it.each([
    ['{ type: strnig }', 'data/items/type must be equal to one of the allowed values'],
    ['{ type: [string, string] }', 'must NOT have duplicate items'],
    ['{ properties: { a: { minLength: -1 } } }', 'data/items/properties/a/minLength must be >= 0'],
    ['{ anyOf: [] }', 'must NOT have fewer than 1 items'],
    ['{ $schema: "http://json-schema.org/draft-07/schema#", $ref: "#/nowhere" }', "can't resolve reference"],
  ])('refuses %s', async (items, message) => {
    expect(await said(items)).toEqual([expect.stringContaining(message)])
  })

  it.each(['{ type: string }', '{ anyOf: [{ enum: [1] }, false], $comment: "" }', '{ prefixItems: [{ const: 1 }, true] }'])(
    'takes %s',
    async (items) => {
      expect(await said(items)).toEqual([])
    },
  )
})

describe('the short way to help and version', () => {
  it.each(['--help', '--version'])('says of %s what the whole program says', async (word) => {
    const [short, whole] = await Promise.all([[word], ['--quiet', word]].map((words) => pipewright(words, { cwd: packages })))
    expect(short).toEqual(whole)
    expect(short).toMatchObject({ code: 0, stdout: expect.stringMatching(/\S/) as string, stderr: '' })
  })
})

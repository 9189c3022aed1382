import { join } from 'node:path'
import { libraryFolder, listingFromPackage, starterPackages } from '@pipewright/catalogue'
import { describe, expect, test } from 'vitest'
import { createProject, pipewrightJson } from '../support/command-line.js'

const packages = await starterPackages()

interface Validation {
  readonly ok: boolean
  readonly findings: readonly unknown[]
}

interface Tested {
  readonly failed: number
  readonly packages: readonly {
    readonly tests: readonly {
      readonly name: string
      readonly kind: string
      readonly failures: readonly string[]
      readonly origin: string | null
    }[]
  }[]
}

test('eight templates ship', () => {
  expect(packages.map(({ manifest }) => manifest.name)).toEqual(
    ['blog-post', 'changelog', 'code-review', 'csv-clean', 'document-qa', 'paper-summary', 'sentiment-report', 'ticket-triage'].map(
      (name) => `@pipewright/${name}`,
    ),
  )
})

describe.each(packages.map((folder) => [folder.manifest.name.replace('@pipewright/', ''), folder] as const))('%s', (name, folder) => {
  const directory = join(libraryFolder, name)
  const listing = listingFromPackage(folder)
  const readme = folder.files.find(({ path }) => path === 'README.md')?.content ?? ''

  test('is valid, without a warning', { timeout: 120_000 }, async () => {
    const { code, document } = await pipewrightJson<Validation>(['validate', join(directory, 'pipeline.yaml')], {
      cwd: await createProject(),
    })
    expect(document.findings).toEqual([])
    expect([code, document.ok]).toEqual([0, true])
  })

  test('passes its own tests, of every kind, with answers that say where they are from', { timeout: 300_000 }, async () => {
    const { document } = await pipewrightJson<Tested>(['test', directory], { cwd: await createProject() })
    const tests = document.packages[0]?.tests ?? []
    expect(tests.flatMap(({ name: sentence, failures }) => failures.map((failure) => `${sentence}: ${failure}`))).toEqual([])
    expect(new Set(tests.map(({ kind }) => kind))).toEqual(new Set(['unit', 'integration', 'performance', 'regression']))
    expect(new Set(tests.map(({ origin }) => origin).filter((origin) => origin !== null))).toEqual(new Set(['simulated', 'authored']))
  })

  test('documents every parameter, and says that its example is written by hand', () => {
    const undocumented = Object.keys(listing.inputs).filter((input) => !new RegExp(`^\\|[^|]*\\b${input}\\b[^|]*\\|`, 'm').test(readme))
    expect(undocumented).toEqual([])
    expect(Object.entries(listing.inputs).filter(([, description]) => description === '')).toEqual([])
    expect(readme).toContain('authored')
  })

  test('says enough about itself to be found, and not to be found', () => {
    const {
      purpose = '',
      operations = [],
      also_called: names = [],
      not_for: limits = [],
      examples = [],
      near_misses: near = [],
    } = listing.about
    expect(purpose).not.toBe('')
    expect(operations.length).toBeGreaterThanOrEqual(3)
    expect(names.length).toBeGreaterThanOrEqual(5)
    expect(limits.length).toBeGreaterThanOrEqual(2)
    expect(new Set(examples).size).toBeGreaterThanOrEqual(12)
    expect(new Set(near).size).toBeGreaterThanOrEqual(6)
    expect(examples.filter((example) => near.includes(example))).toEqual([])
  })
})

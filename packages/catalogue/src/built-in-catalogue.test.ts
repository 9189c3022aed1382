import { BuiltInCatalogue, starterPackages } from '@pipewright/catalogue'
import { computeIntegrity } from '@pipewright/kernel/documents'
import { describe, expect, test } from 'vitest'

const catalogue = new BuiltInCatalogue()

describe('the built-in catalogue', () => {
  test('finds templates with the index that it ships with', async () => {
    const [best] = await catalogue.search({ text: 'clean up people.csv', kind: 'template', limit: 3 })
    expect(best).toMatchObject({ name: '@pipewright/csv-clean', version: '1.0.0', domain: 'data', maturity: 'beta' })
    expect(best?.score).toBeGreaterThan(0.5)
    expect(await catalogue.search({ text: 'mask', kind: 'component' })).toEqual([])
  })

  test.each(['csv-clean', '@pipewright/csv-clean'])('hands out a package by the name %s, whole', async (name) => {
    const fetched = await catalogue.fetch(name)
    expect(fetched).toMatchObject({ name: '@pipewright/csv-clean', version: '1.0.0', kind: 'template' })
    expect(fetched.files.map(({ path }) => path)).toEqual(expect.arrayContaining(['README.md', 'cassettes/plants.json', 'pipeline.yaml']))
    expect(fetched.integrity).toBe(computeIntegrity(fetched.files))
  })

  test.each([undefined, 'latest', '1.0.0', '^1.0.0', '>=1 <2'])('has a version for the range %s', async (range) => {
    expect((await catalogue.fetch('changelog', range)).version).toBe('1.0.0')
  })

  test.each(['2.0.0', '^0.9.0', 'nonsense'])('has none for the range %s', async (range) => {
    await expect(catalogue.fetch('changelog', range)).rejects.toMatchObject({
      code: 'PACKAGE_NOT_FOUND',
      message: expect.stringContaining(`1.0.0, not ${range}`) as string,
    })
  })

  test.each(['no-such', '@other/csv-clean', '', '.', '..', '../src', '@pipewright/../src', 'csv-clean/tests'])(
    'has no package %j',
    async (name) => {
      await expect(catalogue.fetch(name)).rejects.toMatchObject({ code: 'PACKAGE_NOT_FOUND' })
    },
  )

  test('lists what it has by full names, in order', async () => {
    const names = (await starterPackages()).map(({ manifest }) => manifest.name)
    expect(names).toEqual(names.toSorted())
    expect(names.every((name) => name.startsWith('@pipewright/'))).toBe(true)
  })
})

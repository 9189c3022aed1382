import { createHash } from 'node:crypto'
import { chmod, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../conformance/temporary-folder.js'
import { createFileStore, createMemoryFileStore, type FileStore } from './file-store.js'

const runs = process.env['PIPEWRIGHT_FULL'] === '1' ? 1_000 : 30
const options = { name: 'a.bin', maxBytes: 10_000_000 }
const bytes = Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251)

/** Comparing millions of numbers one by one takes seconds. */
async function holds(store: FileStore, file: string): Promise<boolean> {
  return Buffer.from(await store.get(file, options)).equals(bytes)
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

describe.each([
  ['a folder', async () => createFileStore(join(await temporaryFolder(), 'state', 'files'))],
  ['memory', async () => createMemoryFileStore()],
])('files kept in %s', (_, open) => {
  it('are given back as they were, under the digest of their content', async () => {
    const store = await open()
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (content) => {
        const file = await store.put(content)
        expect(file).toBe(`sha256:${createHash('sha256').update(content).digest('hex')}`)
        expect(Uint8Array.from(await store.get(file, options))).toEqual(content)
      }),
      { numRuns: runs },
    )
  })

  it('do not change when what they were made from, or given back as, does', async () => {
    const store = await open()
    const content = Uint8Array.of(1, 2, 3)
    const file = await store.put(content)
    content.fill(0)
    ;(await store.get(file, options)).fill(9)
    expect([...(await store.get(file, options))]).toEqual([1, 2, 3])
  })

  it.each(['', 'sha256:', '../../etc/hostname', `sha256:${'A'.repeat(64)}`, `sha256:${'a'.repeat(62)}/..`, `md5:${'a'.repeat(64)}`])(
    'are not reached by the reference "%s"',
    async (file) => {
      await expect((await open()).get(file, options)).rejects.toMatchObject({ code: 'FILE_INVALID' })
    },
  )

  it('are bounded when they are read, and an error by name when they are not there', async () => {
    const store = await open()
    await expect(store.get(await store.put(bytes), { name: 'big.bin', maxBytes: 2_999_999 })).rejects.toMatchObject({
      code: 'FILE_TOO_LARGE',
      message: expect.stringContaining('big.bin'),
    })
    await expect(store.get(`sha256:${'0'.repeat(64)}`, options)).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringContaining('a.bin'),
    })
  })
})

describe('a folder of files', () => {
  it('has each content once, whoever writes it at the same time', async () => {
    const folder = await temporaryFolder()
    const stores = Array.from({ length: 8 }, () => createFileStore(folder))
    const kept = await Promise.all(stores.flatMap((store) => [store.put(bytes), store.put(Uint8Array.of(1))]))
    expect(new Set(kept).size).toBe(2)
    expect(await filesIn(folder)).toHaveLength(2)
    expect(await holds(createFileStore(folder), kept[0] ?? '')).toBe(true)
  })

  it.each([
    ['changed', async (path: string) => writeFile(path, (await readFile(path)).fill(7, 1_500_000, 1_500_001))],
    ['cut off', (path: string) => truncate(path, 1_000)],
    ['emptied', (path: string) => truncate(path, 0)],
  ])('says which file was %s, and has it again when it is stored again', async (_, damage) => {
    const folder = await temporaryFolder()
    const store = createFileStore(folder)
    const file = await store.put(bytes)
    const [path = ''] = await filesIn(folder)
    await damage(path)
    await expect(store.get(file, options)).rejects.toMatchObject({ code: 'STATE_CORRUPT', message: expect.stringContaining(path) })
    expect(await store.put(bytes)).toBe(file)
    expect(await holds(store, file)).toBe(true)
    expect(await filesIn(folder)).toEqual([path])
  })

  it('says so when it cannot be written, and leaves nothing behind', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'files'), 'in the way')
    await expect(createFileStore(join(folder, 'files')).put(bytes)).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' })
    expect(await filesIn(folder)).toEqual([join(folder, 'files')])
  })

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('says so when a file may not be read', async () => {
    const folder = await temporaryFolder()
    const store = createFileStore(folder)
    const file = await store.put(bytes)
    const [path = ''] = await filesIn(folder)
    await chmod(path, 0)
    await expect(store.get(file, options)).rejects.toMatchObject({ code: 'STATE_UNWRITABLE', message: expect.stringContaining(path) })
  })
})

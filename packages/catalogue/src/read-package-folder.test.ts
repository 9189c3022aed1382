import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { listingFromPackage } from './listing-from-package.js'
import { readPackageFolder } from './read-package-folder.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pipewright-package-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), content)
}

const pipeline = 'pipeline: shells\nversion: 1.2.3\ndescription: Sorts shells.\nsteps: [{ id: a, uses: text, with: { text: a } }]\n'

describe('a package’s folder', () => {
  test('is read as its files, sorted, and what the document says of it', async () => {
    await write('pipeline.yaml', pipeline)
    await write('tests/b.test.yaml', 'test: b\n')
    await write('README.md', '\uFEFF# Muscheln für alle')
    await write('node_modules/left-out/index.js', '')
    await write('.git/HEAD', '')
    await write('.pipewright/state.db', '')
    const { manifest, files } = await readPackageFolder(folder)
    expect(manifest).toEqual({ kind: 'template', name: 'shells', version: '1.2.3', description: 'Sorts shells.' })
    expect(files.map(({ path }) => path)).toEqual(['README.md', 'pipeline.yaml', 'tests/b.test.yaml'])
    expect(files[0]).toEqual({ path: 'README.md', content: '\uFEFF# Muscheln für alle', encoding: 'utf8' })
  })

  test('carries files that are no text byte by byte', async () => {
    const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff, 0, 1])
    await write('pipeline.yaml', pipeline)
    await write('logo.png', bytes)
    const { files } = await readPackageFolder(folder)
    const [logo] = files
    expect(logo).toMatchObject({ path: 'logo.png', encoding: 'base64' })
    expect([...Buffer.from(logo?.content ?? '', 'base64')]).toEqual([...bytes])
  })

  test('may hold a component', async () => {
    await write('component.yaml', 'component: mask\nattaches: after\n')
    expect((await readPackageFolder(folder)).manifest).toEqual({ kind: 'component', name: 'mask', version: '0.1.0', description: '' })
  })

  test.each<[string, () => Promise<void>, RegExp]>([
    ['a symbolic link out of it', () => symlink('/etc/passwd', join(folder, 'secrets.txt')), /secrets\.txt is a symbolic link/],
    ['a link to a folder', () => symlink('..', join(folder, 'up')), /up is a symbolic link/],
    ['a file of more than five megabytes', () => write('big.bin', new Uint8Array(5 * 1024 * 1024 + 1)), /larger than a package may be/],
    [
      'more files than two hundred',
      async () => void (await Promise.all(Array.from({ length: 201 }, (_, at) => write(`f/${at}`, '')))),
      /200 files/,
    ],
    ['no document', () => rm(join(folder, 'pipeline.yaml')), /has no pipeline\.yaml and no component\.yaml/],
    ['a document without a name', () => write('pipeline.yaml', 'version: 1.0.0\n'), /does not say "pipeline:"/],
    ['a document that is a list', () => write('pipeline.yaml', '- a\n'), /does not say "pipeline:"/],
    ['a document that is not YAML', () => write('pipeline.yaml', 'a: [1, 2\nb: 3\n'), /pipeline\.yaml is not YAML/],
  ])('is refused with %s', async (_what, spoil, message) => {
    await write('pipeline.yaml', pipeline)
    await spoil()
    await expect(readPackageFolder(folder)).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      message: expect.stringMatching(message) as string,
    })
  })

  test.skipIf(process.platform === 'win32')('is refused with a socket in it, instead of waiting for it', async () => {
    await write('pipeline.yaml', pipeline)
    const server = createServer()
    onTestFinished(() => void server.close())
    await once(server.listen(join(folder, 'socket')), 'listening')
    await expect(readPackageFolder(folder)).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      message: 'socket is not a plain file; a package holds files only.',
    })
  })

  test('that does not exist is named', async () => {
    const missing = join(folder, 'nowhere')
    await expect(readPackageFolder(missing)).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      message: expect.stringContaining(missing) as string,
    })
  })
})

describe('a listing', () => {
  test('is what the document says, experimental unless known better', async () => {
    await write(
      'pipeline.yaml',
      `${pipeline}inputs: { beach: { type: string, description: Where } }\noutputs: { heap: '{{ steps.a.output }}' }\n`,
    )
    const folderRead = await readPackageFolder(folder)
    expect(listingFromPackage(folderRead)).toMatchObject({
      name: 'shells',
      inputs: { beach: 'Where' },
      outputs: ['heap'],
      maturity: 'experimental',
    })
    expect(listingFromPackage(folderRead, 'production').maturity).toBe('production')
  })

  test('of a document that does not fit the format says where', async () => {
    await write('pipeline.yaml', pipeline.replace('uses: text', 'usess: text'))
    const read = await readPackageFolder(folder)
    expect(() => listingFromPackage(read)).toThrow(/shells: pipeline\.yaml: steps\.0/)
  })
})

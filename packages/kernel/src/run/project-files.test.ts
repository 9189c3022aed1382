import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../conformance/temporary-folder.js'
import { ProjectFiles } from './project-files.js'

let root: string
let outside: string
let files: ProjectFiles

beforeEach(async () => {
  root = await temporaryFolder()
  outside = await temporaryFolder()
  await writeFile(join(outside, 'secret.txt'), 'secret')
  await symlink(outside, join(root, 'linked'))
  await symlink(join(outside, 'secret.txt'), join(root, 'secret.txt'))
  await symlink(join(outside, 'not-yet.txt'), join(root, 'dangling.txt'))
  files = new ProjectFiles(root, [join(outside, 'granted.txt')])
})

const text = async (path: string): Promise<string> => Buffer.from((await files.read(path)).bytes).toString()

describe('reading', () => {
  it.each(['..', '../x', 'a/../../x', 'linked/secret.txt', 'secret.txt', 'dangling.txt', '/etc/hostname'])(
    '%s leads out of the project',
    async (path) => {
      await expect(files.read(path)).rejects.toMatchObject({ code: 'FILE_OUTSIDE_PROJECT' })
    },
  )

  it('follows links that stay inside', async () => {
    await mkdir(join(root, 'data'))
    await writeFile(join(root, 'data', 'a.txt'), 'a')
    await symlink('data', join(root, 'alias'))
    expect(await text('alias/a.txt')).toBe('a')
    expect(await text('data/../data/a.txt')).toBe('a')
  })

  it('takes what the person named, and nothing beside it', async () => {
    await writeFile(join(outside, 'granted.txt'), 'granted')
    expect(await text(join(outside, 'granted.txt'))).toBe('granted')
    await expect(files.read(join(outside, 'secret.txt'))).rejects.toMatchObject({ code: 'FILE_OUTSIDE_PROJECT' })
    await expect(files.write(join(outside, 'granted.txt'), 'x')).rejects.toMatchObject({ code: 'FILE_OUTSIDE_PROJECT' })
  })

  it('is bounded', async () => {
    await writeFile(join(root, 'a.txt'), '12345')
    await expect(files.read('a.txt', { maxBytes: 4 })).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
    await expect(files.read('.')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(files.read('b.txt')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })
})

describe('writing', () => {
  it.each([
    '../x',
    'linked/new.txt',
    'dangling.txt',
    'secret.txt',
    '.pipewright/state.db',
    '.PipeWright/x',
    './pipewright.yaml',
    'pipewright.lock',
  ])('%s is not for steps', async (path) => {
    await expect(files.write(path, 'x', { ifExists: 'overwrite' })).rejects.toMatchObject({ code: 'FILE_OUTSIDE_PROJECT' })
    expect(await readdir(outside)).toEqual(['secret.txt'])
  })

  it('keeps what stands there, unless it is told otherwise', async () => {
    expect(await files.write('a/b.txt', 'one')).toBe('a/b.txt')
    expect(await files.write('a/b.txt', 'one')).toBe('a/b.txt')
    expect(await files.write('a/b.txt', 'two')).toBe('a/b-2.txt')
    await expect(files.write('a/b.txt', 'three', { ifExists: 'fail' })).rejects.toMatchObject({ code: 'FILE_INVALID' })
    expect(await files.write('a/b.txt', 'four', { ifExists: 'overwrite' })).toBe('a/b.txt')
    expect(await text('a/b.txt')).toBe('four')
    expect((await readdir(join(root, 'a'))).toSorted()).toEqual(['b-2.txt', 'b.txt'])
  })

  it('loses nothing that is written to one name at the same time', async () => {
    const contents = Array.from({ length: 12 }, (_, index) => `content ${index}`)
    const paths = await Promise.all(contents.map((content) => files.write('out.txt', content)))
    expect(new Set(paths).size).toBe(12)
    expect(await Promise.all(paths.map(async (path) => readFile(join(root, path), 'utf8')))).toEqual(contents)
  })

  it('says so when it cannot, and leaves nothing behind', async () => {
    await writeFile(join(root, 'file'), '')
    await expect(files.write('file/under.txt', 'x')).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' })
    await mkdir(join(root, 'folder', 'name'), { recursive: true })
    await expect(files.write('folder/name', 'x', { ifExists: 'overwrite' })).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' })
    expect(await files.write('folder/name', 'x')).toBe('folder/name-2')
    expect((await readdir(join(root, 'folder'))).toSorted()).toEqual(['name', 'name-2'])
  })
})

describe('files by content', () => {
  const about = { name: 'report.pdf', mediaType: 'application/pdf' }

  it('are given back by the value that stands for them, whatever else it says', async () => {
    const bytes = Buffer.from('content')
    const value = await files.store(bytes, about)
    expect(value).toEqual({ file: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), ...about, bytes: 7 })
    expect(await files.read(value)).toEqual({ path: 'report.pdf', bytes: new Uint8Array(bytes) })
    const claimed = { ...value, name: '../../etc/pass\u0000wd', bytes: 1 }
    expect(await files.read(claimed)).toEqual({ path: 'passwd', bytes: new Uint8Array(bytes) })
    await expect(files.read(value, { maxBytes: 6 })).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
  })

  it('are names without folders, however they were called', async () => {
    const nameOf = async (name: string): Promise<string> => (await files.store(Buffer.from('x'), { ...about, name })).name
    expect(await nameOf('a/b\\c.txt')).toBe('c.txt')
    expect(await nameOf('folder/')).toBe('file')
    expect(await nameOf(`${'x'.repeat(400)}.txt`)).toHaveLength(255)
  })

  it('are nothing of the file system', async () => {
    await writeFile(join(root, 'a.txt'), 'in the project')
    const stranger = { file: `sha256:${'0'.repeat(64)}`, name: 'a.txt', mediaType: 'text/plain', bytes: 1 }
    await expect(files.read(stranger)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(files.read({ ...stranger, file: 'a.txt' })).rejects.toMatchObject({ code: 'FILE_INVALID' })
  })
})

it('files with secrets are not for steps, by whatever path', async () => {
  await writeFile(join(root, 'token.txt'), 'tk-12345')
  await symlink('token.txt', join(root, 'innocent.txt'))
  const path = join(root, 'token.txt')
  const guarded = new ProjectFiles(root, [path], { withheld: [path, join(outside, 'secret.txt')] })
  for (const name of ['token.txt', './x/../token.txt', 'innocent.txt', path, join(outside, 'secret.txt')])
    await expect(guarded.read(name)).rejects.toMatchObject({ code: 'FILE_OUTSIDE_PROJECT', message: expect.stringContaining('secret') })
  await expect(guarded.write('token.txt', 'x', { ifExists: 'overwrite' })).rejects.toMatchObject({ code: 'FILE_OUTSIDE_PROJECT' })
  expect(await readFile(path, 'utf8')).toBe('tk-12345')
})

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { silentLogger } from '@pipewright/kernel'
import { configSchema } from './config-schema.js'
import { ProjectSecrets } from './project-secrets.js'

async function secretsOf(
  places: Readonly<Record<string, { env?: string; file?: string }>>,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<{ secrets: ProjectSecrets; root: string; warnings: string[] }> {
  const root = await mkdtemp(join(tmpdir(), 'pipewright-secrets-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(root, name), content, { mode: 0o600 })
  const warnings: string[] = []
  const services = {
    environment: { TOKEN: 'tk-12345', BLANK: ' ', HOME: '/home/marion' },
    logger: { ...silentLogger, warn: (message: string) => void warnings.push(message) },
  }
  return { secrets: new ProjectSecrets(places, root, services), root, warnings }
}

describe('a secret of the project', () => {
  it('comes from the environment, or from a file without its last line break', async () => {
    const { secrets, root, warnings } = await secretsOf({ A: { env: 'TOKEN' }, B: { file: 'b.txt' } }, { 'b.txt': 'one\ntwo\r\n' })
    expect(await secrets.read('A')).toBe('tk-12345')
    expect(await secrets.read('B')).toBe('one\ntwo')
    expect(secrets.files).toEqual([join(root, 'b.txt')])
    expect(warnings).toEqual([])
  })

  it('may lie anywhere when its path is absolute', async () => {
    const { root } = await secretsOf({}, { 'far.txt': 'far away' })
    const { secrets } = await secretsOf({ FAR: { file: join(root, 'far.txt') } })
    expect(await secrets.read('FAR')).toBe('far away')
  })

  it.each([
    ['NONE', 'the environment variable UNSET is not set'],
    ['BLANK', 'the environment variable BLANK is not set'],
    ['GONE', 'the file gone.txt does not exist'],
    ['EMPTY', 'the file empty.txt is empty'],
    ['FOLDER', 'the file . cannot be read'],
  ])('%s is missing, and the error says where it was looked for', async (name, message) => {
    const { secrets } = await secretsOf(
      { NONE: { env: 'UNSET' }, BLANK: { env: 'BLANK' }, GONE: { file: 'gone.txt' }, EMPTY: { file: 'empty.txt' }, FOLDER: { file: '.' } },
      { 'empty.txt': '\n' },
    )
    await expect(secrets.read(name)).rejects.toMatchObject({ code: 'SECRET_MISSING', message: expect.stringContaining(message) })
  })

  it('is text, of a bounded size', async () => {
    const { secrets } = await secretsOf(
      { BIG: { file: 'big' }, BYTES: { file: 'bytes' } },
      { big: 'x'.repeat(70_000), bytes: Uint8Array.of(0xff, 0xfe, 0, 1) },
    )
    await expect(secrets.read('BIG')).rejects.toMatchObject({ code: 'SECRET_INVALID' })
    await expect(secrets.read('BYTES')).rejects.toMatchObject({ code: 'SECRET_INVALID' })
  })

  it('is none that the configuration does not name', async () => {
    const { secrets } = await secretsOf({ TOKEN: { env: 'TOKEN' } })
    await expect(secrets.read('HOME')).rejects.toMatchObject({ code: 'SECRET_UNKNOWN' })
    await expect(secrets.read('constructor')).rejects.toMatchObject({ code: 'SECRET_UNKNOWN' })
    await expect(secrets.read('TOKENS')).rejects.toMatchObject({ hint: 'Did you mean "TOKEN"?' })
  })

  it.skipIf(process.platform === 'win32')('is warned of when everybody can read its file', async () => {
    const { secrets, root, warnings } = await secretsOf({ A: { file: 'a.txt' } }, { 'a.txt': 'tk-12345' })
    await chmod(join(root, 'a.txt'), 0o644)
    expect(await secrets.read('A')).toBe('tk-12345')
    expect(warnings).toEqual(['Everybody on this machine can read the secret A: chmod 600 a.txt'])
  })
})

it('the configuration says of each secret where it is, in one way', () => {
  const isValid = (secrets: unknown): boolean => configSchema.safeParse({ secrets }).success
  expect(isValid({ TOKEN: { env: 'TOKEN' }, key_2: { file: '../key.pem' } })).toBe(true)
  for (const wrong of [{ env: 'A', file: 'b' }, {}, { env: 'A B' }, { env: 'A', value: 'x' }, 'TOKEN'])
    expect(isValid({ TOKEN: wrong })).toBe(false)
  expect(isValid({ 'TO KEN': { env: 'A' } })).toBe(false)
})

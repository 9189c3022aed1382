import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine, type CommandLine, type Ran } from './command-line.js'

const slow = 120_000

/** A small template; JSON is YAML. */
function pipeline(name: string, version: string, suffix = '!'): string {
  return JSON.stringify({
    pipeline: name,
    version,
    description: 'Shouts a text.',
    about: { purpose: 'Shout a text in capital letters.', domain: 'content' },
    inputs: { text: { type: 'string', description: 'What to shout' } },
    steps: [{ id: 'shout', uses: 'text', with: { text: `{{ inputs.text | upcase }}${suffix}` } }],
    outputs: { shouted: '{{ steps.shout.output }}' },
  })
}

describe('the command line against a registry', () => {
  let folder: string
  let pipewright: CommandLine
  let registry: { url: string; stop(): Promise<void> }
  const at = (...parts: string[]): string => join(folder, ...parts)
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(join(at(path), '..'), { recursive: true })
    await writeFile(at(path), text)
  }
  const metadata = async (name: string): Promise<{ versions: { version: string; yanked: boolean; deprecated: boolean }[] }> =>
    (await (await fetch(`${registry.url}/v1/packages/${name}`)).json()) as never
  const answer = ({ stdout }: Ran): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pipewright-registry-'))
    await mkdir(at('project'))
    const outside = commandLine(at('project'), at('home'))
    registry = await outside.serve('--data', at('data'))
    await write('project/pipewright.yaml', `registry: ${registry.url}\n`)
    pipewright = outside
  }, slow)
  afterAll(async () => {
    await registry.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('publishes nothing without a token, and says how to get one', async () => {
    await write('shout/pipeline.yaml', pipeline('@acme/shout', '1.0.0'))
    const dry = await pipewright.run('publish', at('shout'), '--dry-run', '--json')
    expect(dry.code).toBe(0)
    expect(answer(dry)).toMatchObject({
      name: '@acme/shout',
      version: '1.0.0',
      kind: 'template',
      published: false,
      files: ['pipeline.yaml'],
    })
    const refused = await pipewright.run('publish', at('shout'))
    expect(refused).toMatchObject({ code: 7 })
    expect(refused.stderr).toContain('REGISTRY_REFUSED')
    expect(refused.stderr).toContain('unauthenticated')
    expect(refused.stderr).toContain('pipewright registry token')
    expect((await fetch(`${registry.url}/v1/packages/@acme/shout`)).status).toBe(404)
  }, 30_000)

  it('gets a token while the registry runs, and remembers it for its owner alone', async () => {
    const made = await pipewright.run('registry', 'token', '--data', at('data'), '--name', 'ada')
    expect(made.code).toBe(0)
    const token = made.stdout.trim()
    expect(token).toMatch(/^pwt_/)
    expect(await pipewright.run('login', '--token', 'pwt_wrong')).toMatchObject({ code: 7 })
    expect((await pipewright.run('login', '--token', token)).stdout).toContain('ada')
    const credentials = await stat(at('home', '.config', 'pipewright', 'credentials.json'))
    expect(credentials.mode & 0o777).toBe(0o600)
    expect(answer(await pipewright.run('whoami', '--json'))).toMatchObject({ name: 'ada', scopes: ['admin'] })
  }, 30_000)

  it('publishes, the same again too, and never other contents', async () => {
    const published = await pipewright.run('publish', at('shout'), '--json')
    expect(answer(published)).toMatchObject({ published: true, created: true, registry: registry.url })
    expect(answer(await pipewright.run('publish', at('shout'), '--json'))).toMatchObject({ published: true, created: false })
    await write('shout/pipeline.yaml', pipeline('@acme/shout', '1.0.0', '?'))
    const refused = await pipewright.run('publish', at('shout'))
    expect(refused).toMatchObject({ code: 7 })
    expect(refused.stderr).toMatch(/conflict[\s\S]*→.*new version/)
    await write('shout/pipeline.yaml', pipeline('@acme/shout', '1.1.0', '?'))
    expect(await pipewright.run('publish', at('shout'))).toMatchObject({ code: 0 })
  }, 30_000)

  it('publishes no template that is not valid, or whose tests fail', async () => {
    await write('broken/pipeline.yaml', pipeline('@acme/broken', '1.0.0', '{{ inputs.nothing }}'))
    expect(await pipewright.run('publish', at('broken'))).toMatchObject({ code: 3 })
    await write('wrong/pipeline.yaml', pipeline('@acme/wrong', '1.0.0'))
    await write(
      'wrong/tests/a.test.yaml',
      'test: it whispers\nkind: unit\nstep: shout\ninputs: { text: a }\nexpect: { status: succeeded, assert: [{ path: output, equals: a }] }\n',
    )
    expect(await pipewright.run('publish', at('wrong'))).toMatchObject({ code: 1 })
    await write('bare/pipeline.yaml', pipeline('bare', '1.0.0'))
    const bare = await pipewright.run('publish', at('bare'), '--dry-run')
    expect(bare).toMatchObject({ code: 3 })
    expect(bare.stderr).toContain('@your-scope/bare')
  }, 30_000)

  it('publishes the listing of a plugin, and leaves its code to npm', async () => {
    const contributes = [{ kind: 'step', id: 'shout', contract: 'v1' }]
    await write(
      'plugin/package.json',
      JSON.stringify({ name: '@acme/step-shout', version: '0.1.0', pipewright: { kernel: '^0.1.0', contributes } }),
    )
    await write('plugin/README.md', '# Shouts')
    expect(answer(await pipewright.run('publish', at('plugin'), '--json'))).toMatchObject({ kind: 'plugin', published: true })
    const listed = await (await fetch(`${registry.url}/v1/packages/@acme/step-shout/versions/0.1.0`)).json()
    expect(listed).toMatchObject({ manifest: { integrity: expect.stringMatching(/^sha512-/) as string, pipewright: { contributes } } })
    const install = await pipewright.run('install', '@acme/step-shout')
    expect(install).toMatchObject({ code: 3 })
    expect(install.stderr).toContain('npm install @acme/step-shout@0.1.0')
  }, 30_000)

  it('finds and describes what was published, beside the starter library', async () => {
    const found = answer(await pipewright.run('search', 'shout', 'a', 'text', '--json')) as { source: string; items: { name: string }[] }
    expect(found.source).toBe(registry.url)
    expect(found.items.map(({ name }) => name)).toEqual(expect.arrayContaining(['@acme/shout', '@pipewright/csv-clean']))
    expect(answer(await pipewright.run('info', '@acme/shout', '--json'))).toMatchObject({
      version: '1.1.0',
      inputs: { text: { type: 'string' } },
    })
    expect(await pipewright.run('info', '@acme/nothing')).toMatchObject({ code: 7 })
  }, 30_000)

  it('installs, pins, and installs again what is pinned', async () => {
    expect(answer(await pipewright.run('install', '@acme/shout@^1.0.0', '--json'))).toMatchObject({
      installed: [{ version: '1.1.0', changed: true }],
    })
    const lock = JSON.parse(await readFile(at('project', 'pipewright.lock'), 'utf8')) as { packages: Record<string, { integrity: string }> }
    expect(lock.packages['@acme/shout']).toMatchObject({ version: '1.1.0', source: registry.url })
    await rm(at('project', 'pipelines'), { recursive: true })
    expect(await pipewright.run('install', '--frozen')).toMatchObject({ code: 0 })
    expect(await readFile(at('project', 'pipelines', 'shout', 'pipeline.yaml'), 'utf8')).toBe(pipeline('@acme/shout', '1.1.0', '?'))
    expect(await pipewright.run('install', '--frozen', 'csv-clean')).toMatchObject({ code: 7 })
  }, 30_000)

  it('installs nothing that is not what was pinned, and writes over nothing that a person changed', async () => {
    const file = at('project', 'pipewright.lock')
    const before = await readFile(file, 'utf8')
    await writeFile(file, before.replace(/sha512-.{8}/, 'sha512-AAAAAAAA'))
    const mismatch = await pipewright.run('install', '--frozen')
    expect(mismatch).toMatchObject({ code: 7 })
    expect(mismatch.stderr).toContain('INTEGRITY_MISMATCH')
    await writeFile(file, before)
    await write('project/pipelines/shout/pipeline.yaml', pipeline('@acme/shout', '1.1.0', ', mine'))
    expect(await pipewright.run('install', '@acme/shout@1.0.0')).toMatchObject({ code: 3 })
    expect(await readFile(at('project', 'pipelines', 'shout', 'pipeline.yaml'), 'utf8')).toContain('mine')
    await rm(at('project', 'pipelines'), { recursive: true })
  }, 30_000)

  it('no longer installs what is yanked, but what is pinned, with a warning', async () => {
    const yanked = await pipewright.run('yank', '@acme/shout@1.1.0', '--reason', 'It asks.')
    expect(yanked).toMatchObject({ code: 0 })
    const pinned = await pipewright.run('install', '--frozen')
    expect(pinned).toMatchObject({ code: 0 })
    expect(pinned.stderr).toContain('@acme/shout@1.1.0 is yanked: It asks.')
    expect(answer(await pipewright.run('install', '@acme/shout@^1.0.0', '--json'))).toMatchObject({ installed: [{ version: '1.0.0' }] })
    expect(await pipewright.run('yank', '@acme/shout@1.1.0', '--undo')).toMatchObject({ code: 0 })
    expect(await pipewright.run('deprecate', '@acme/shout@1.0.0', '--reason', 'Old.')).toMatchObject({ code: 0 })
    expect(await metadata('@acme/shout')).toMatchObject({
      versions: [
        { version: '1.1.0', yanked: false, deprecated: false },
        { version: '1.0.0', yanked: false, deprecated: true },
      ],
    })
    expect(await pipewright.run('yank', '@acme/shout@9.9.9')).toMatchObject({ code: 7 })
    expect(await pipewright.run('yank', '@acme/shout')).toMatchObject({ code: 2 })
  }, 30_000)

  it('says whose the data folder is when it is served already', async () => {
    const second = await pipewright.run('registry', 'serve', '--port', '0', '--data', at('data'))
    expect(second).toMatchObject({ code: 1 })
    expect(second.stderr).toMatch(/in use by process \d+/)
  }, 30_000)

  it('searches the built-in catalogue when the registry is dead, but publishes nowhere', async () => {
    const dead = commandLine(at('project'), at('home'), { PIPEWRIGHT_REGISTRY: await deadUrl() })
    const search = await dead.run('search', 'clean', 'a', 'csv', 'file', '--json')
    expect(search.code).toBe(0)
    expect(answer(search)).toMatchObject({ source: 'built-in catalogue' })
    expect(search.stderr).toContain('The built-in catalogue serves instead.')
    const made = await dead.run('genesis', 'clean up this csv file, it has gaps and duplicates', '--dry-run', '--json')
    expect(answer(made)).toMatchObject({ template: { name: '@pipewright/csv-clean' } })
    expect(made.stderr).toContain('The built-in catalogue serves instead.')
    await write('dead/pipeline.yaml', pipeline('@acme/dead', '1.0.0'))
    const publish = await dead.run('publish', at('dead'))
    expect(publish).toMatchObject({ code: 1 })
    expect(publish.stderr).toMatch(/REGISTRY_UNREACHABLE[\s\S]*→/)
    expect(publish.stderr).not.toContain('serves instead')
  }, 30_000)

  it('forgets a token', async () => {
    expect(await pipewright.run('logout')).toMatchObject({ code: 0 })
    expect(await pipewright.run('whoami')).toMatchObject({ code: 7 })
  }, 30_000)
})

/** The address of a server that is no longer there. */
async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}

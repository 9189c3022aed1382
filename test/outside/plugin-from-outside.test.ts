import { createServer } from 'node:http'
import { execFile } from 'node:child_process'
import { cp, glob, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { checkout, cleanEnvironment, runCommand } from '../support/run-command.js'
import { runPage } from '../support/run-page.js'

const execute = promisify(execFile)
const plugin = 'pipewright-plugin-glossary'
let folder: string
let project: string

// What is published, packed, beside the plugin of the page: everything comes out of tarballs and npm's registry.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pipewright-outside-'))
  project = join(folder, 'project')
  await mkdir(project)
  // The checkout's own vitest serves the project: a second one would take as long to install as all the rest.
  await mkdir(join(folder, 'node_modules'))
  await symlink(join(checkout, 'node_modules', 'vitest'), join(folder, 'node_modules', 'vitest'))
  const { stdout } = await execute(process.execPath, [join(checkout, 'scripts', 'pack.mjs'), join(folder, 'tarballs')], {
    env: cleanEnvironment(folder),
    maxBuffer: 2 ** 24,
  })
  const packed = JSON.parse(stdout) as { name: string; tarball: string }[]
  const tarballs = packed.map(({ tarball }) => tarball).join(' ')
  const quick = 'npm install --prefer-offline --no-audit --no-fund --ignore-scripts'
  await runPage({
    page: 'docs/write-a-plugin.md',
    folder: project,
    replace: (command) =>
      command
        .replace(/^npm install\b/, quick)
        .replace(/ pipewright vitest$/, ` ${tarballs}`)
        .replace(/^npx vitest\b/, 'vitest'),
  })
}, 300_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

async function pipewright(...words: string[]): Promise<{ code: number; result: Record<string, unknown>; stderr: string }> {
  const bin = join(project, 'node_modules', '.bin', 'pipewright')
  return new Promise((resolve) => {
    execFile(bin, [...words, '--json'], { cwd: project, env: cleanEnvironment(folder) }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : 0
      resolve({ code, result: JSON.parse(stdout) as Record<string, unknown>, stderr })
    })
  })
}

describe.skipIf(process.platform === 'win32')('a plugin from outside', () => {
  it('is listed with what it contributes, beside the built-in ones', async () => {
    const { code, result } = await pipewright('plugin', 'list')
    expect(code).toBe(0)
    const contributes = [
      { kind: 'step', id: 'glossary' },
      { kind: 'guardrail', id: 'inside-words' },
    ]
    expect(result['plugins']).toContainEqual(
      expect.objectContaining({
        name: plugin,
        version: '1.0.0',
        origin: 'project',
        contributes: contributes.map((entry) => expect.objectContaining(entry)),
      }),
    )
    expect(result['plugins']).toContainEqual(expect.objectContaining({ name: '@pipewright/step-core', origin: 'built-in' }))
  })

  it('shares the one copy of the kernel', async () => {
    const copies: string[] = []
    for await (const path of glob('**/@pipewright/kernel/package.json', { cwd: project })) copies.push(path)
    expect(copies).toEqual(['node_modules/@pipewright/kernel/package.json'])
  })

  it('has its step checked before it runs: an unknown key is an error with the nearest right one', async () => {
    const text = await readFile(join(project, 'explain.yaml'), 'utf8')
    await writeFile(join(project, 'misspelt.yaml'), text.replace('terms: {', 'term: {'))
    const { code, result } = await pipewright('validate', 'misspelt.yaml')
    expect(code).toBe(3)
    expect(result['findings']).toContainEqual(expect.objectContaining({ code: 'UNKNOWN_KEY', hint: expect.stringContaining('terms') }))
  })

  it('has its step run by a pipeline, and its guardrail let it pass', async () => {
    const { code, result } = await pipewright('run', 'explain.yaml', '--input', 'text=YAML describes the DAG.')
    expect(code).toBe(0)
    expect(result).toMatchObject({
      status: 'succeeded',
      outputs: { terms: [{ term: 'DAG' }, { term: 'YAML' }] },
      usage: { calls: 0 },
    })
  })

  it('has its guardrail stop a run before a step runs', async () => {
    const { code, result } = await pipewright('run', 'explain.yaml', '--input', 'text=The HERON lands.')
    expect(code).toBe(5)
    expect(result).toMatchObject({ status: 'stopped', outputs: {}, error: { code: 'GUARDRAIL_BLOCKED' } })
    expect(JSON.stringify(result)).not.toMatch(/heron lands/i)
    expect(result['steps']).not.toContainEqual(expect.objectContaining({ status: 'succeeded' }))
  })

  it('reaches the host that its configuration names, and no other', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.headers.host ?? '')
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ DAG: 'As the server says.' }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const configuration = join(project, 'pipewright.yaml')
    const before = await readFile(configuration, 'utf8')
    onTestFinished(() => writeFile(configuration, before))
    await writeFile(configuration, `plugins:\n  - ${plugin}: { source: 'http://127.0.0.1:${port}/terms.json' }\n`)
    const url = (host: string): string => `url=http://${host}:${port}/other.json`

    const permitted = await pipewright('run', 'elsewhere.yaml', '--input', url('127.0.0.1'))
    expect(permitted.result).toMatchObject({ status: 'succeeded', outputs: { terms: [{ explanation: 'As the server says.' }] } })
    // The same server by another name: only the permission is in the way.
    const refused = await pipewright('run', 'elsewhere.yaml', '--input', url('localhost'))
    expect(refused.code).toBe(5)
    expect(refused.result).toMatchObject({ error: { code: 'PLUGIN_PERMISSION_DENIED', message: expect.stringContaining(plugin) } })
    expect(asked).toEqual([`127.0.0.1:${port}`])
  })

  it('says what is wrong in its own words, even from a second copy of the kernel', async () => {
    const text = await readFile(join(project, 'explain.yaml'), 'utf8')
    await writeFile(join(project, 'without.yaml'), text.replace(/^ +terms: \{.*\n/m, ''))
    const kernel = join('node_modules', '@pipewright', 'kernel')
    const own = join(project, 'node_modules', plugin, 'node_modules')
    await cp(join(project, kernel), join(project, 'node_modules', plugin, kernel), { recursive: true })
    onTestFinished(() => rm(own, { recursive: true }))
    const { code, result } = await pipewright('run', 'without.yaml', '--input', 'text=A DAG.')
    expect(code).toBe(1)
    expect(result).toMatchObject({
      error: { code: 'STEP_INPUT_INVALID', message: 'There is no glossary.', hint: expect.stringContaining('`source:`'), step: 'explain' },
    })
  })

  it('has its configuration checked', async () => {
    const configuration = join(project, 'pipewright.yaml')
    const before = await readFile(configuration, 'utf8')
    onTestFinished(() => writeFile(configuration, before))
    await writeFile(configuration, `plugins:\n  - ${plugin}: { source: nowhere }\n`)
    const { code, result } = await pipewright('run', 'explain.yaml', '--input', 'text=A DAG.')
    expect(code).toBe(3)
    expect(result).toMatchObject({ error: { code: 'PLUGIN_CONFIG_INVALID', message: expect.stringContaining(plugin) } })
  })

  it('stops the load with its name when it is not there', async () => {
    const installed = join(project, 'node_modules', plugin)
    await rename(installed, join(folder, 'away'))
    onTestFinished(() => rename(join(folder, 'away'), installed))
    for (const words of [
      ['plugin', 'list'],
      ['run', 'explain.yaml', '--input', 'text=A DAG.'],
    ]) {
      const { code, result } = await pipewright(...words)
      expect(code).toBe(3)
      expect(result).toMatchObject({
        error: { code: 'PLUGIN_NOT_FOUND', message: expect.stringContaining(plugin), hint: expect.stringContaining('npm install') },
      })
    }
  })

  it('is typed by what the kernel publishes', async () => {
    const flags = '--noEmit --allowJs --checkJs --strict --skipLibCheck --module nodenext --target es2023 --types node'
    const types = join(checkout, 'node_modules', '@types')
    const { code, printed } = await runCommand(`tsc ${flags} --typeRoots ${types} glossary/index.js glossary/glossary.test.js`, project)
    expect(printed).toBe('')
    expect(code).toBe(0)
  })
})

describe.skipIf(process.platform === 'win32')('what the command line is published with', () => {
  it('has the starter templates and their index', async () => {
    const { code, result } = await pipewright('search', 'triage', 'support', 'tickets')
    expect(code).toBe(0)
    expect(JSON.stringify(result)).toContain('@pipewright/ticket-triage')
    const installed = await pipewright('install', 'ticket-triage')
    expect(installed.code).toBe(0)
    const { result: validation } = await pipewright('validate', 'pipelines/ticket-triage/pipeline.yaml')
    expect(validation).toMatchObject({ ok: true })
  })
})

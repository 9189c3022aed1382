import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const real = fileURLToPath(new URL('../..', import.meta.url))
let checkout: string

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'setup-'))
  await cp(join(real, 'scripts', 'setup.mjs'), join(checkout, 'scripts', 'setup.mjs'))
  await cp(join(real, 'scripts', 'lib'), join(checkout, 'scripts', 'lib'), { recursive: true })
  await write('package.json', { type: 'module', packageManager: 'pnpm@12.21.0' })
  await write('pnpm-lock.yaml', 'lockfileVersion: 9')
  await write('pnpm-workspace.yaml', 'packages: []')
  await write('tsconfig.json', { files: [], references: [{ path: 'packages/one' }] })
  await write('tsconfig.base.json', {})
  await write('packages/one/package.json', { name: 'one', type: 'module', scripts: { build: 'echo built > index.txt' } })
  await write('packages/one/tsconfig.json', {
    compilerOptions: { composite: true, outDir: 'dist', rootDir: 'src', types: [] },
    include: ['src'],
  })
  await write('packages/one/src/index.ts', 'export const one: number = 1')
  await write(
    'scripts/next.mjs',
    'console.log(`next with ${JSON.stringify(process.argv.slice(2))} on ${process.versions.node}`); process.exitCode = 7',
  )
})
afterEach(async () => {
  await rm(checkout, { recursive: true, force: true })
})

async function write(path: string, content: unknown): Promise<void> {
  await mkdir(dirname(join(checkout, path)), { recursive: true })
  await writeFile(join(checkout, path), typeof content === 'string' ? content : JSON.stringify(content))
}

/** Puts an `npx` first in the path that does what a shell script says, in place of fetching anything. */
async function fakeNpx(script: string): Promise<void> {
  await write('tools/npx', `#!/bin/sh\n${script}\n`)
  await chmod(join(checkout, 'tools', 'npx'), 0o755)
}

/** An install that links what is installed here already. */
async function linkedInstall(): Promise<void> {
  const modules = (await readdir(join(real, 'node_modules'))).filter((name) => name === 'typescript' || name.startsWith('node-'))
  const links = modules.map((name) => `/bin/ln -sfn '${join(real, 'node_modules', name)}' node_modules/${name}`)
  await fakeNpx(['echo "$@" >> installs.txt', '/bin/mkdir -p node_modules', ...links].join('\n'))
}

function setup(...scriptArguments: string[]): Promise<{ code: number; output: string }> {
  // Nothing but what the test puts there: no npm of this machine.
  const PATH = join(checkout, 'tools')
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/setup.mjs', ...scriptArguments], { cwd: checkout, env: { PATH } }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : 0
      resolve({ code, output: stdout + stderr })
    })
  })
}

describe.skipIf(process.platform === 'win32')('setting a checkout up', () => {
  it('installs, builds, and goes on with the arguments and the exit code of what is next', async () => {
    await linkedInstall()
    const { code, output } = await setup('next', 'a b', '--flag')
    expect(output).toContain('Installing dependencies')
    expect(await readFile(join(checkout, 'installs.txt'), 'utf8')).toBe('-y pnpm@12.21.0 install --frozen-lockfile\n')
    expect(output).toContain('Compiling')
    expect(output).toContain('Building one')
    expect(output).toMatch(/next with \["a b","--flag"\] on \d+/)
    expect(code).toBe(7)
    expect(await readdir(join(checkout, 'packages', 'one', 'dist'))).toContain('index.js')
  })

  it('says and does nothing when nothing has changed, and what is needed when something has', async () => {
    await linkedInstall()
    await setup()
    expect(await setup()).toEqual({ code: 0, output: '' })
    await write('packages/one/src/index.ts', 'export const one: number = 11')
    const built = await setup()
    expect(built.output).toContain('Compiling')
    expect(built.output).not.toContain('Installing')
    await write('pnpm-lock.yaml', 'lockfileVersion: 9\n')
    expect((await setup()).output).toContain('Installing')
    await rm(join(checkout, 'packages', 'one', 'dist'), { recursive: true })
    expect((await setup()).output).toContain('Compiling')
    const later = new Date(Date.now() + 10_000)
    await utimes(join(checkout, 'packages', 'one', 'src', 'index.ts'), later, later)
    expect((await setup('--build')).output).toContain('Compiling')
  })

  it.each([
    ['npm is missing', undefined, /npm is missing: install Node with npm/],
    ['the network is down', 'echo "getaddrinfo ENOTFOUND registry.example" >&2; exit 1', /registry is not reachable/],
    ['the lockfile is out of date', 'echo ERR_PNPM_OUTDATED_LOCKFILE; exit 1', /does not match a package.json/],
    ['something else is wrong', 'echo "a strange thing"; exit 3', /could not be installed:\n\na strange thing/],
  ])('says so when %s', async (_, script, message) => {
    if (script !== undefined) await fakeNpx(script)
    const { code, output } = await setup('next')
    expect(code).toBe(1)
    expect(output).toMatch(message)
    expect(output).not.toMatch(/\n {4}at /)
    expect(output).not.toContain('next with')
  })

  it('shows what does not compile', async () => {
    await linkedInstall()
    await write('packages/one/src/index.ts', 'export const one: number = "one"')
    const { code, output } = await setup('next')
    expect(code).toBe(1)
    expect(output).toMatch(/Compiling failed:[\s\S]*src\/index\.ts.*TS2322/)
  })

  it('says that there is no such script', async () => {
    await linkedInstall()
    const { code, output } = await setup('nothing')
    expect(code).toBe(1)
    expect(output).toContain('There is no script scripts/nothing.mjs.')
  })
})

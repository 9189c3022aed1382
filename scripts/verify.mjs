// Checks everything that is checked before a change is taken, except the tests (`npm test`). Goes on after a failure;
// shows what a check printed only when it failed. `npm run verify -- lint types` runs only those.
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPackage } from './lib/check-package.mjs'
import { root } from './lib/checkout.mjs'
import { packPackages } from './lib/pack-packages.mjs'
import { Failure, run } from './lib/run.mjs'

const tool =
  (name, ...toolArguments) =>
  () =>
    outcomeOf(run(join(root, 'node_modules', '.bin', name), toolArguments, { cwd: root }))

const checks = {
  format: tool('oxfmt', '--check', '.'),
  lint: tool('oxlint', '--type-aware', '--deny-warnings'),
  types: tool('tsc', '-b'),
  'types of tests': tool('tsc', '-p', 'tsconfig.test.json'),
  'types of the bench': checkBench,
  'unused code and dependencies': tool('knip', '--no-progress'),
  'import direction': tool('vitest', 'run', 'test/architecture'),
  packages: checkPackages,
  documentation: checkDocumentation,
}

const wanted = process.argv.slice(2)
const chosen = Object.entries(checks).filter(([name]) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)))
if (chosen.length === 0) {
  process.stderr.write(`No check is called ${wanted.join(' ')}. There are: ${Object.keys(checks).join(', ')}.\n`)
  process.exit(2)
}

const failed = []
for (const [name, check] of chosen) {
  const start = Date.now()
  const problem = await check()
  const seconds = ((Date.now() - start) / 1000).toFixed(1)
  process.stdout.write(`${problem === undefined ? 'ok    ' : 'FAILED'} ${name.padEnd(30)} ${seconds.padStart(6)} s\n`)
  if (problem === undefined) continue
  failed.push(name)
  process.stdout.write(`\n${problem.replaceAll(/^/gm, '    ')}\n\n`)
}
process.stdout.write(
  failed.length === 0
    ? `All ${chosen.length} checks passed.\n`
    : `${failed.length} of ${chosen.length} checks failed: ${failed.join(', ')}.\n`,
)
process.exitCode = failed.length === 0 ? 0 : 1

/** What a program printed, if it failed. */
async function outcomeOf(running) {
  const { code, output } = await running
  return code === 0 ? undefined : output.trim() || `It ended with code ${code} and printed nothing.`
}

/** Its peers, whose types it needs, are there once it has been run. */
async function checkBench() {
  const bench = join(root, 'test', 'bench')
  if (!existsSync(join(bench, 'node_modules'))) {
    process.stdout.write('       (types of the bench: left out, for its peers are not installed; `npm run bench` installs them)\n')
    return undefined
  }
  return outcomeOf(run(join(root, 'node_modules', '.bin', 'tsc'), ['-p', bench], { cwd: root }))
}

async function checkPackages() {
  const folder = await mkdtemp(join(tmpdir(), 'pipewright-pack-'))
  try {
    const problems = []
    const left = await packPackages(folder)
    const work = async () => {
      for (let packed = left.pop(); packed !== undefined; packed = left.pop()) {
        const problem = await checkPackage(packed.tarball)
        if (problem !== '') problems.push(`${packed.name}\n${problem}`)
      }
    }
    await Promise.all([work(), work()])
    return problems.length === 0 ? undefined : problems.join('\n\n')
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return error.message
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What is generated is committed as it is generated now. */
async function checkDocumentation() {
  const generator = join(root, 'scripts', 'generate-docs.mjs')
  if (!existsSync(generator)) return undefined
  return outcomeOf(run(process.execPath, [generator, '--check'], { cwd: root }))
}

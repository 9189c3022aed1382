// The checks, then all tests with their heavy proofs in full (thousands of cases instead of a sample). Writes what came out,
// with its date, under docs/evidence/, to be committed.
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os'
import { join, relative } from 'node:path'
import { root } from './lib/checkout.mjs'
import { run } from './lib/run.mjs'

const folder = await mkdtemp(join(tmpdir(), 'pipewright-full-'))
const results = join(folder, 'results.json')
try {
  const checks = await spawned([join(root, 'scripts', 'verify.mjs')], {})
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  const tests = await spawned([vitest, 'run', '--testTimeout=600000', ...reporters], { PIPEWRIGHT_FULL: '1' })
  const file = await writeEvidence(JSON.parse(await readFile(results, 'utf8')), checks === 0)
  process.stdout.write(`Written to ${relative(root, file)}: commit it.\n`)
  process.exitCode = checks === 0 && tests === 0 ? 0 : 1
} finally {
  await rm(folder, { recursive: true, force: true })
}

function spawned(nodeArguments, environment) {
  const child = spawn(process.execPath, nodeArguments, { stdio: 'inherit', cwd: root, env: { ...process.env, ...environment } })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

/** One line for each file of tests; the slowest tests, which are the heavy ones, by name. */
async function writeEvidence({ testResults, numPassedTests, numFailedTests, numPendingTests }, areChecksPassed) {
  const date = new Date().toISOString()
  const { output: commit } = await run('git', ['rev-parse', '--short', 'HEAD'], { cwd: root })
  const { output: changes } = await run('git', ['status', '--porcelain', '--untracked-files=no'], { cwd: root })
  const files = testResults
    .map(({ name, assertionResults }) => ({
      name: relative(root, name),
      passed: assertionResults.filter(({ status }) => status === 'passed').length,
      failed: assertionResults.filter(({ status }) => status === 'failed').length,
      seconds: assertionResults.reduce((sum, { duration }) => sum + (duration ?? 0), 0) / 1000,
    }))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
  const slowest = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .sort((left, right) => (right.duration ?? 0) - (left.duration ?? 0))
    .slice(0, 15)
  const text = `# Full verification, ${date.slice(0, 10)}

Written by \`npm run verify:full\`.

| what | value |
| --- | --- |
| date | ${date} |
| commit | ${commit.trim()}${changes.trim() === '' ? '' : ' with changes not committed'} |
| machine | ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch} |
| Node | ${process.versions.node} |
| checks | ${areChecksPassed ? 'passed' : 'failed'} |
| tests | ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped |

## The heaviest tests

| test | seconds | outcome |
| --- | ---: | --- |
${slowest.map(({ fullName, duration, status }) => `| ${fullName.replaceAll('|', '\\|')} | ${((duration ?? 0) / 1000).toFixed(1)} | ${status} |`).join('\n')}

## All files

| file | passed | failed | seconds |
| --- | ---: | ---: | ---: |
${files.map(({ name, passed, failed, seconds }) => `| ${name} | ${passed} | ${failed} | ${seconds.toFixed(1)} |`).join('\n')}
`
  const evidence = join(root, 'docs', 'evidence')
  await mkdir(evidence, { recursive: true })
  const file = join(evidence, `${date.slice(0, 10)}-full-verification.md`)
  await writeFile(file, text)
  await run(join(root, 'node_modules', '.bin', 'oxfmt'), [file], { cwd: root })
  return file
}

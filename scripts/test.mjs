// Runs the tests; arguments go to vitest (`npm test -- packages/kernel`). Ends with a line that counts them.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './lib/checkout.mjs'

const folder = await mkdtemp(join(tmpdir(), 'pipewright-tests-'))
const results = join(folder, 'results.json')
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]

try {
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], { stdio: 'inherit', cwd: root })
    child.once('error', reject)
    child.once('exit', (exitCode) => resolve(exitCode ?? 1))
  })
  const { passed, failed, skipped } = await counts()
  process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
  // No test at all is a mistake in the command, not a success.
  process.exitCode = code === 0 && passed === 0 ? 1 : code
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function counts() {
  const text = await readFile(results, 'utf8').catch(() => '{}')
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0, testResults = [] } = JSON.parse(text)
  // A file that cannot even be loaded has no tests, and is a failure all the same.
  const broken = testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)
  return { passed: numPassedTests, failed: numFailedTests + broken.length, skipped: numPendingTests + numTodoTests }
}

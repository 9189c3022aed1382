import { root } from './checkout.mjs'
import { run } from './run.mjs'

/** Has publint and attw look at a tarball as it would be published. @returns what is wrong, or nothing */
export async function checkPackage(tarball) {
  const results = await Promise.all([
    run('publint', [tarball, '--strict'], { cwd: root }),
    // ESM only: that require() needs a newer Node is known and wanted.
    run('attw', [tarball, '--profile', 'esm-only', '--no-emoji', '--no-color'], { cwd: root }),
  ])
  return results.flatMap(({ code, output }) => (code === 0 ? [] : [output.trim()])).join('\n')
}

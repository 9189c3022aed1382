import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './checkout.mjs'
import { run } from './run.mjs'

/** The folders of the packages that are published. */
export function publishedPackages() {
  const folders = ['packages', 'packages/plugins'].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [join(root, parent, entry.name)] : [],
    ),
  )
  return folders.filter((folder) => {
    const file = join(folder, 'package.json')
    return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).private !== true
  })
}

/** Packs a package as it would be published, and has publint and attw look at the tarball. @returns what is wrong, or nothing */
export async function checkPackage(folder) {
  const temporary = await mkdtemp(join(tmpdir(), 'pipewright-pack-'))
  try {
    const packed = await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', temporary], { cwd: folder })
    const [tarball] = readdirSync(temporary)
    if (packed.code !== 0 || tarball === undefined) return packed.output
    const path = join(temporary, tarball)
    const results = await Promise.all([
      run('publint', [path, '--strict'], { cwd: root }),
      // ESM only: that require() needs a newer Node is known and wanted.
      run('attw', [path, '--profile', 'esm-only', '--no-emoji', '--no-color'], { cwd: root }),
    ])
    return results.flatMap(({ code, output }) => (code === 0 ? [] : [output.trim()])).join('\n')
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

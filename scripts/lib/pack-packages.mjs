import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './checkout.mjs'
import { Failure, run } from './run.mjs'

/**
 * Packs everything that is published, as it is published: the workspace's own versions in place of `workspace:`.
 * @returns the name, version and tarball of each package
 */
export async function packPackages(destination) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const { code, output, stdout } = await run(
    'npx',
    ['-y', packageManager, '--filter', './packages/**', 'pack', '--json', '--pack-destination', destination],
    { cwd: root },
  )
  if (code !== 0) throw new Failure(`Packing failed:\n\n${output.trim()}`)
  const packed = JSON.parse(stdout)
  return packed.map(({ name, version, filename }) => ({ name, version, tarball: filename }))
}

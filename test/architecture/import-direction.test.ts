import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkImportDirection } from './import-direction.js'

const checkout = fileURLToPath(new URL('../..', import.meta.url))

describe('the import direction', () => {
  it('is kept by every module', async () => {
    const { modules, imports, violations } = await checkImportDirection(checkout)
    expect(violations).toEqual([])
    // A check that reads nothing finds nothing.
    expect(modules).toBeGreaterThan(150)
    expect(imports).toBeGreaterThan(modules)
  })
})

describe('the check', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'import-direction-'))
  })
  afterEach(async () => {
    await rm(root, { recursive: true, force: true })
  })

  async function violationsOf(path: string, text: string): Promise<readonly string[]> {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
    const { modules, violations } = await checkImportDirection(root)
    expect(modules).toBe(1)
    return violations.map(({ specifier }) => specifier)
  }

  it.each([
    ['packages/kernel/src/a.ts', `import plugin from '@pipewright/step-core'`],
    ['packages/kernel/src/a.ts', `import type { Search } from '@pipewright/catalogue'`],
    ['packages/kernel/src/a.ts', `export { run } from 'pipewright'`],
    ['packages/kernel/src/a.ts', `export * from '@pipewright/registry'`],
    ['packages/kernel/src/a.ts', `export type { A } from '@pipewright/registry'`],
    ['packages/kernel/src/a.ts', `export const load = () => import('@pipewright/step-core')`],
    ['packages/kernel/src/a.ts', `let a: import('@pipewright/step-core').A`],
    ['packages/kernel/src/a.ts', `import 'tsyringe'`],
    ['packages/kernel/src/a.ts', `import '@pipewright/kernel/documents'`],
    ['packages/kernel/src/a.ts', `import '../../catalogue/src/index.js'`],
    ['packages/kernel/src/a.test.ts', `import '@pipewright/step-core'`],
    ['packages/catalogue/src/a.ts', `import '@pipewright/registry'`],
    ['packages/catalogue/src/a.ts', `import '@pipewright/kernel/conformance'`],
    ['packages/plugins/step-core/src/a.ts', `import '@pipewright/store-sqlite'`],
    ['packages/plugins/step-core/src/a.ts', `import '@pipewright/catalogue'`],
    ['packages/plugins/step-core/src/a.ts', `import '../../store-sqlite/src/index.js'`],
    ['packages/plugins/step-core/src/a.ts', `import 'tsyringe/dist/types'`],
    ['packages/registry/src/pages/a.tsx', `import '@pipewright/kernel'`],
    ['packages/registry/src/a.ts', `import '@pipewright/step-core'`],
    ['packages/cli/src/a.ts', `import '../../registry/src/index.js'`],
    ['packages/new-package/src/a.ts', `import 'node:fs'`],
  ])('fails in %s for %s', async (path, text) => {
    expect(await violationsOf(path, text)).toHaveLength(1)
  })

  it.each([
    [
      'packages/kernel/src/di/a.ts',
      `import { container } from 'tsyringe'; import './b.js'; import '../run/c.js'; import 'node:fs'; import { z } from 'zod'`,
    ],
    ['packages/catalogue/src/a.ts', `import '@pipewright/kernel/documents'`],
    ['packages/plugins/step-core/src/a.ts', `import '@pipewright/kernel'; import '../package.json' with { type: 'json' }`],
    ['packages/plugins/step-core/src/a.test.ts', `import '@pipewright/kernel/conformance'; import '@pipewright/provider-simulated'`],
    ['packages/registry/src/a.ts', `import '@pipewright/kernel/documents'; import '@pipewright/catalogue'`],
    ['packages/cli/src/a.ts', `import '@pipewright/kernel'; import '@pipewright/registry'; const load = (name: string) => import(name)`],
  ])('passes in %s for %s', async (path, text) => {
    expect(await violationsOf(path, text)).toEqual([])
  })

  it('does not pass over a module that it cannot read', async () => {
    await expect(violationsOf('packages/kernel/src/a.ts', 'import { from')).rejects.toThrow('cannot be parsed')
  })
})

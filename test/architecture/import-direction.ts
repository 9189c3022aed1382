import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'

/** What the modules of one part of the tree may import of the workspace's packages. */
interface Layer {
  readonly name: string
  /** Whether a module, by its path from the root, belongs to it. */
  readonly holds: (path: string) => boolean
  /** Whether its modules may import a package of the workspace. */
  readonly mayImport: (specifier: string) => boolean
}

/** kernel <- catalogue <- registry <- cli, and kernel <- plugins <- cli. */
const layers: readonly Layer[] = [
  { name: 'kernel', holds: (path) => path.startsWith('packages/kernel/'), mayImport: () => false },
  {
    name: 'catalogue',
    holds: (path) => path.startsWith('packages/catalogue/'),
    mayImport: (specifier) => ['@pipewright/kernel', '@pipewright/kernel/documents'].includes(specifier),
  },
  {
    name: 'plugins',
    holds: (path) => path.startsWith('packages/plugins/'),
    mayImport: (specifier) => ['@pipewright/kernel', '@pipewright/kernel/documents'].includes(specifier),
  },
  {
    name: 'registry',
    holds: (path) => path.startsWith('packages/registry/'),
    mayImport: (specifier) => ['@pipewright/kernel/documents', '@pipewright/catalogue'].includes(specifier),
  },
  { name: 'cli', holds: (path) => path.startsWith('packages/cli/'), mayImport: (specifier) => specifier !== 'pipewright' },
]

/** Only these modules may import these packages. */
const confined: Readonly<Record<string, string>> = { tsyringe: 'packages/kernel/src/di/', 'reflect-metadata': 'packages/kernel/src/di/' }

export interface Violation {
  /** From the root, with forward slashes. */
  readonly file: string
  readonly specifier: string
  readonly reason: string
}

export interface ImportCheck {
  readonly modules: number
  readonly imports: number
  readonly violations: readonly Violation[]
}

/**
 * Holds every import of every module under `packages/` against the layers: of values and of types, static and dynamic,
 * re-exports and `import('…')` types. Tests may import what their package's tests need beside (conformance kits, other plugins).
 */
export async function checkImportDirection(root: string): Promise<ImportCheck> {
  const violations: Violation[] = []
  let imports = 0
  const files = await moduleFiles(join(root, 'packages'))
  for (const file of files) {
    const path = relative(root, file).split(sep).join('/')
    for (const specifier of importsOf(file, await readFile(file, 'utf8'))) {
      imports += 1
      const reason = whyNot(root, path, specifier)
      if (reason !== undefined) violations.push({ file: path, specifier, reason })
    }
  }
  return { modules: files.length, imports, violations }
}

/** What is installed, and what is built. */
const notOurs = new Set(['node_modules', 'dist', 'bundle'])

async function moduleFiles(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && !notOurs.has(entry.name)) found.push(...(await moduleFiles(path)))
    if (entry.isFile() && /\.(ts|tsx|mts|js|mjs)$/.test(entry.name)) found.push(path)
  }
  return found
}

/** What a module imports, as it is written. */
function importsOf(file: string, text: string): string[] {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message ?? ''}`)
  const found: string[] = []
  const add = (source: { readonly value?: unknown } | null | undefined): void => {
    if (typeof source?.value === 'string') found.push(source.value)
  }
  const literal = (node: object): { readonly value?: unknown } => node
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(literal(node.source)),
    TSImportType: (node) => add(literal(node.source)),
  }).visit(program)
  return found
}

function whyNot(root: string, path: string, specifier: string): string | undefined {
  const layer = layers.find(({ holds }) => holds(path))
  if (layer === undefined) return 'stands in no layer'
  if (specifier.startsWith('.')) {
    const own = path.split('/').slice(0, layer.name === 'plugins' ? 3 : 2)
    const target = relative(root, resolve(root, dirname(path), specifier)).split(sep)
    return own.every((part, index) => part === target[index]) ? undefined : 'a relative import leads out of its package'
  }
  const [name = ''] = /^(@[^/]+\/)?[^/]+/.exec(specifier) ?? []
  const home = confined[name]
  if (home !== undefined && !path.startsWith(home)) return `only ${home} may import ${name}`
  const isOurs = name.startsWith('@pipewright/') || name === 'pipewright'
  if (!isOurs || layer.mayImport(specifier) || (isTest(path) && testMayImport(layer, specifier))) return undefined
  return `${layer.name} may not import ${specifier}`
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.includes('/src/fixtures/')
}

function testMayImport(layer: Layer, specifier: string): boolean {
  if (layer.name === 'kernel') return false
  return (
    specifier === '@pipewright/kernel' ||
    specifier === '@pipewright/kernel/conformance' ||
    // Its own package as it is built, with what building adds.
    specifier === `@pipewright/${layer.name}` ||
    (layer.name === 'plugins' && /^@pipewright\/(provider|step|store|guardrail|genesis)-/.test(specifier))
  )
}

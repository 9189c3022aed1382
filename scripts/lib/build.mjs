import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { checkoutNode, root } from './checkout.mjs'
import { Failure, run, withProgress } from './run.mjs'

const stamp = join(root, 'node_modules', '.setup-build')

/** Builds all packages, unless no file that goes into them has changed since. */
export async function build({ force }) {
  const state = sourceState()
  if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return
  const tools = join(root, 'node_modules', '.bin')
  await step('Compiling', [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'], root)
  for (const [what, name] of [
    ['Bundling', 'bundle-packages.mjs'],
    ['Describing plugins', 'describe-plugins.mjs'],
  ]) {
    const script = join(root, 'scripts', name)
    if (existsSync(script)) await step(what, [script], root)
  }
  for (const { name, folder, script } of packageBuilds()) {
    await withProgress(`Building ${name}`, async () => {
      const env = { ...process.env, PATH: `${tools}${delimiter}${process.env.PATH ?? ''}` }
      failUnlessDone(`Building ${name}`, await run(script, [], { cwd: folder, shell: true, env }))
    })
  }
  // Building writes into the sources' folders (an index, bundles): the state afterwards is the one to compare with.
  writeFileSync(stamp, sourceState())
}

function step(what, nodeArguments, cwd) {
  return withProgress(what, async () => failUnlessDone(what, await run(checkoutNode(), nodeArguments, { cwd })))
}

function failUnlessDone(what, { code, output }) {
  if (code !== 0) throw new Failure(`${what} failed:\n\n${output.trim().split('\n').slice(0, 40).join('\n')}`)
}

/** The folders of the packages, in the order in which TypeScript builds them. */
function packageFolders() {
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'))
  return references.map(({ path }) => join(root, path))
}

/** The packages that build more than TypeScript: those with a `build` script. */
function packageBuilds() {
  return packageFolders().flatMap((folder) => {
    const { name, scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return scripts?.build === undefined ? [] : [{ name, folder, script: scripts.build }]
  })
}

/** Which files there are, how large and how old, without what building makes: `dist` and `bundle` count by being there. */
function sourceState() {
  const hash = createHash('sha256')
  const skipped = new Set(['node_modules', 'dist', 'bundle', '.pipewright'])
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && !skipped.has(entry.name)) visit(path)
      if (!entry.isFile()) continue
      const { size, mtimeMs } = statSync(path)
      hash.update(`${path} ${size} ${mtimeMs}\n`)
    }
  }
  visit(join(root, 'packages'))
  visit(join(root, 'scripts'))
  for (const file of ['tsconfig.json', 'tsconfig.base.json']) hash.update(readFileSync(join(root, file)))
  for (const folder of packageFolders())
    hash.update(`${folder} ${['dist', 'bundle'].map((made) => existsSync(join(folder, made))).join(' ')}\n`)
  return hash.digest('hex')
}

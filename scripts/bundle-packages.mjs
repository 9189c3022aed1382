// Packs each package that is published into a few files: part of every build.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bundlePackage } from './lib/bundling/bundle-package.mjs'

const packages = join(import.meta.dirname, '..', 'packages')
const plugins = join(packages, 'plugins')

const folders = [
  ...['kernel', 'catalogue', 'registry', 'cli'].map((name) => join(packages, name)),
  ...(await readdir(plugins)).map((name) => join(plugins, name)),
]
await Promise.all(folders.map(bundlePackage))

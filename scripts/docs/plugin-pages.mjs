import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../lib/checkout.mjs'
import { anchor, contributionPart, summaryOf } from './contribution.mjs'
import { code, page, table } from './markdown.mjs'
import { schemaTable } from './schema-table.mjs'

const plugins = join(root, 'packages', 'plugins')
const kindTitles = { step: 'Steps', provider: 'Providers', guardrail: 'Guardrails', 'genesis-stage': 'Genesis stages', store: 'Stores' }

/** One page for each built-in plugin, from its static files, and a page that lists them. @returns pages by file name */
export async function pluginPages() {
  const all = await Promise.all(readdirSync(plugins).toSorted().map(readPlugin))
  return { 'README.md': indexPage(all), ...Object.fromEntries(all.map((plugin) => [`${plugin.folder}.md`, pluginPage(plugin)])) }
}

/** @throws for a plugin that takes configuration and does not say so in its manifest */
async function readPlugin(folder) {
  const directory = join(plugins, folder)
  const readJson = (path) => JSON.parse(readFileSync(join(directory, path), 'utf8'))
  const { name, description, pipewright: manifest } = readJson('package.json')
  const { default: plugin } = await import(join(directory, 'dist', 'index.js'))
  if (plugin.config !== undefined && manifest.config === undefined)
    throw new Error(`${name} takes configuration: its manifest needs "config": "./dist/descriptions/config.json".`)
  return {
    folder,
    name,
    description,
    manifest,
    hasReadme: existsSync(join(directory, 'README.md')),
    config: manifest.config === undefined ? undefined : readJson(manifest.config),
    contributions: manifest.contributes.map((entry) => ({
      ...entry,
      ...(entry.description === undefined ? {} : readJson(entry.description)),
    })),
  }
}

function indexPage(all) {
  const entries = all.flatMap(({ folder, description, contributions }) =>
    contributions.map((entry) => ({
      ...entry,
      link: `[${code(entry.id)}](${folder}.md#${anchor(entry)})`,
      about: summaryOf(entry) || description,
    })),
  )
  const groups = Object.entries(kindTitles).flatMap(([kind, title]) => {
    const rows = entries.filter((entry) => entry.kind === kind).map(({ link, about }) => [link, about])
    return rows.length === 0 ? [] : [`## ${title}\n\n${table(['id', 'what it does'], rows)}`]
  })
  return page(
    'Plugins',
    'What ships with Pipewright. Each is a plugin like any other: [Write a plugin](../../write-a-plugin.md) adds more.',
    ...groups,
  )
}

function pluginPage({ folder, name, description, manifest, hasReadme, config, contributions }) {
  return page(
    name,
    description,
    hasReadme ? `More about it: [its README](../../../packages/plugins/${folder}/README.md).` : '',
    permissionPart(manifest.permissions ?? {}),
    config === undefined ? '' : configurationPart(name, contributions, config),
    ...contributions.map(contributionPart),
  )
}

function permissionPart(permissions) {
  const rows = Object.entries(permissions).flatMap(([what, list]) => (list.length === 0 ? [] : [[what, list.map(code).join(', ')]]))
  return `## Permissions\n\n${rows.length === 0 ? 'None.' : table(['what', 'which'], rows)}`
}

function configurationPart(name, contributions, schema) {
  const [only, ...others] = contributions.filter(({ kind }) => kind === 'provider')
  const place = only !== undefined && others.length === 0 ? `providers: { ${only.id}: { … } }` : `plugins: [{ '${name}': { … } }]`
  return `## Configuration\n\nIn \`pipewright.yaml\`, under ${code(place)}.\n\n${schemaTable(schema)}`
}

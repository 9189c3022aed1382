import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Writes bundle/NOTICES.txt: the licences of the packages whose code a bundle holds, as those licences ask for. */
export function writeNotices() {
  return {
    name: 'write-notices',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []))
      const folders = new Set(modules.filter((id) => /[\\/]node_modules[\\/]/.test(id)).map(packageFolder))
      const notices = [...folders].map(notice).toSorted()
      if (notices.length > 0)
        this.emitFile({ type: 'asset', fileName: 'NOTICES.txt', source: `${notices.join(`\n${'-'.repeat(80)}\n\n`)}` })
    },
  }
}

/** The folder of the package that a module belongs to: the nearest above it whose package.json has a name and a version. */
function packageFolder(id) {
  for (let folder = dirname(id.replace(/^\0/, '').replace(/\?.*$/, '')); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    if (!existsSync(file)) continue
    const { name, version } = JSON.parse(readFileSync(file, 'utf8'))
    if (name !== undefined && version !== undefined) return folder
  }
  throw new Error(`${id} belongs to no package.`)
}

function notice(folder) {
  const { name, version, license, author, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim())
  const origin = typeof repository === 'string' ? repository : repository?.url
  const by = typeof author === 'string' ? author : author?.name
  const about = [`${name} ${version}`, license, ...(by === undefined ? [] : [`by ${by}`]), ...(origin === undefined ? [] : [origin])]
  return `${about.join('\n')}\n${texts.map((text) => `\n${text}\n`).join('')}`
}

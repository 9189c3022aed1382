import { runInNewContext } from 'node:vm'

/**
 * Puts the models of each provider into a file of its own, which is read when they are first looked at: the whole list has
 * 30,000 lines, and a pipeline needs a few. What is compared in it are plain names, so nothing has to be known of languages.
 */
export function lazyPrices() {
  return {
    name: 'lazy-prices',
    transform: {
      filter: { id: /@pydantic[\\/]genai-prices[\\/]dist[\\/]index\.js$/ },
      handler(code) {
        const [, list] = /^const E = (\[\n[\s\S]*?\n\]), /.exec(code) ?? []
        if (list === undefined) throw new Error('The price list is no longer written as this expects it.')
        const providers = runInNewContext(`(${list})`)
        for (const { id, models } of providers)
          this.emitFile({ type: 'asset', fileName: `prices-${id}.json`, source: JSON.stringify(models) })
        const lazy = code
          .replace(list, () => `[${providers.map(lazyProvider).join(',\n')}]`)
          .replaceAll(/([\w.]+)\.localeCompare\(([\w.]+)\)/g, '($1 < $2 ? -1 : $1 > $2 ? 1 : 0)')
        return `${readModels}\n${lazy}`
      },
    },
  }
}

const readModels = `import { readFileSync } from 'node:fs'
import { join } from 'node:path'
function readModels(provider) {
  const models = JSON.parse(readFileSync(join(import.meta.dirname, 'prices-' + provider.id + '.json'), 'utf8'))
  Object.defineProperty(provider, 'models', { value: models })
  return models
}`

function lazyProvider({ models: _models, ...provider }) {
  return `{ ...${JSON.stringify(provider)}, get models() { return readModels(this) } }`
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { satisfies, validRange } from 'semver'
import {
  computeIntegrity,
  PipewrightError,
  type FetchedPackage,
  type TemplateCandidate,
  type TemplateQuery,
  type TemplateSource,
} from '@pipewright/kernel/documents'
import { parseIndex } from './search/index-file.js'
import { searchIndex, type SearchIndex } from './search/search-index.js'
import { starterPackage } from './starter-library.js'

/** The starter library as a source of templates: files and a prebuilt index, no server, any number of processes. */
export class BuiltInCatalogue implements TemplateSource {
  readonly label = 'built-in catalogue'
  private index: Promise<SearchIndex> | undefined

  async search(query: TemplateQuery): Promise<readonly TemplateCandidate[]> {
    this.index ??= readFile(join(import.meta.dirname, '..', 'dist', 'index.json'), 'utf8').then(parseIndex)
    return searchIndex(await this.index, query)
  }

  async fetch(name: string, range?: string): Promise<FetchedPackage> {
    const found = await starterPackage(name)
    if (!found) throw new PipewrightError('PACKAGE_NOT_FOUND', `The built-in catalogue has no ${name}.`)
    const { manifest, files } = found
    if (range !== undefined && range !== 'latest' && !(validRange(range) !== null && satisfies(manifest.version, range))) {
      throw new PipewrightError('PACKAGE_NOT_FOUND', `The built-in catalogue has ${manifest.name} ${manifest.version}, not ${range}.`)
    }
    return { name: manifest.name, version: manifest.version, kind: manifest.kind, integrity: computeIntegrity(files), files }
  }
}

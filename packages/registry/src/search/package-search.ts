import { setTimeout as sleep } from 'node:timers/promises'
import { indexByWords, parseIndex, searchIndex, serialiseIndex, type SearchIndex } from '@pipewright/catalogue'
import type { Database } from '../database/open-database.js'
import { readRevision } from '../database/revision.js'
import { indexKey, keepIndex, readKeptIndex } from './kept-index.js'
import { learnIndex } from './learn-index.js'
import type { ListedPackage } from './listed-package.js'
import { readListedPackages } from './read-listed-packages.js'

export interface Fit {
  /** 0..1 */
  readonly score: number
  readonly reasons: readonly string[]
}

export interface PackageSearchOptions {
  readonly now: () => Date
  /** How long a search waits for what is being learnt before it goes by what is at hand. */
  readonly patienceMs: number
  /** Told what went wrong with learning; searches go by words then. */
  readonly report: (error: unknown) => void
}

interface Learnt {
  readonly packages: ReadonlyMap<string, ListedPackage>
  readonly key: string
  readonly index: SearchIndex
}

/**
 * What the registry lists, held in memory and read again when the database's revision has changed: so which packages are
 * shown is always right. How well they fit is learnt beside it, in a thread of its own; packages that have not been learnt
 * from yet go by their words.
 */
export class PackageSearch {
  private readonly database: Database
  private readonly options: PackageSearchOptions
  private readonly stopping = new AbortController()
  private listed: ReadonlyMap<string, ListedPackage> = new Map()
  private revision = -1
  private reading: Promise<void> | undefined
  private learnt: Learnt | undefined
  private learning: Promise<void> | undefined

  constructor(database: Database, options: PackageSearchOptions) {
    this.database = database
    this.options = options
  }

  /** Every package that has a version to install, by name, as the database has it now. */
  async packages(): Promise<ReadonlyMap<string, ListedPackage>> {
    const revision = await readRevision(this.database.queries)
    // A reading that is under way may have begun before the change that we have just seen.
    while (this.revision < revision) {
      this.reading ??= this.read().finally(() => (this.reading = undefined))
      await this.reading
    }
    return this.listed
  }

  /** How well each listed package fits what is asked for. */
  async fits(text: string): Promise<ReadonlyMap<string, Fit>> {
    const packages = await this.packages()
    const index = await this.learntIndex(packages)
    const known = new Set(index?.listings.map(({ candidate }) => candidate.name))
    const others = [...packages.values()].flatMap(({ listing }) => (known.has(listing.name) ? [] : [listing]))
    const found = [...(index ? [index] : []), indexByWords(others)].flatMap((one) => searchIndex(one, { text, limit: one.listings.length }))
    return new Map(found.flatMap(({ name, score, reasons }) => (packages.has(name) ? [[name, { score, reasons }]] : [])))
  }

  /** Begins to learn from what is listed now, so that the first search need not wait for it. */
  async warm(): Promise<void> {
    this.learn(await this.packages())
  }

  /** Stops learning. */
  async close(): Promise<void> {
    this.stopping.abort(new Error('The registry is closing.'))
    await this.learning
  }

  private async read(): Promise<void> {
    const revision = await readRevision(this.database.queries)
    this.listed = await readListedPackages(this.database.queries, this.listed)
    this.revision = revision
  }

  private async learntIndex(packages: ReadonlyMap<string, ListedPackage>): Promise<SearchIndex | undefined> {
    this.learn(packages)
    if (this.learning) {
      const patience = new AbortController()
      const timer = sleep(this.options.patienceMs, undefined, { signal: patience.signal }).catch(() => {})
      await Promise.race([this.learning, timer])
      patience.abort()
    }
    return this.learnt?.index
  }

  /** One at a time: what changes meanwhile is learnt by whoever asks next. */
  private learn(packages: ReadonlyMap<string, ListedPackage>): void {
    if (this.learning || this.stopping.signal.aborted || packages === this.learnt?.packages) return
    this.learning = this.learnFrom(packages)
      .catch((error: unknown) => {
        if (!this.stopping.signal.aborted) this.options.report(error)
      })
      .finally(() => (this.learning = undefined))
  }

  private async learnFrom(packages: ReadonlyMap<string, ListedPackage>): Promise<void> {
    const { queries } = this.database
    const listings = [...packages.values()].map(({ listing }) => listing)
    const key = indexKey(listings)
    let index = key === this.learnt?.key ? this.learnt.index : await readKeptIndex(queries, key)
    if (index === undefined) {
      // As it is kept, so that every process and every start gives the same scores.
      const body = serialiseIndex(await learnIndex(listings, this.stopping.signal))
      index = parseIndex(body)
      await keepIndex(queries, key, body, this.options.now())
    }
    this.learnt = { packages, key, index }
  }
}

import type { TemplateCandidate, TemplateQuery } from '@pipewright/kernel/documents'
import type { Listing } from '../listing.js'
import { background } from './background.js'
import { correctSpelling, vocabularyOf } from './correct-spelling.js'
import { dimensions, featuresOf } from './features.js'
import { trainClassifier, type Example } from './train-classifier.js'
import { keywordsOf, stemsOf } from './words.js'

/** What is known of a listing once its texts have been learnt from. */
interface IndexedListing {
  readonly candidate: Omit<TemplateCandidate, 'score' | 'reasons'>
  /** Stems of its purpose, operations, names and parameters: what reasons are given in. */
  readonly stems: readonly string[]
  readonly bias: number
  /** Whether it has examples to learn from; without, only its words count. */
  readonly learnt: boolean
}

/**
 * A search over listings: a linear classifier, learnt from their examples, over words and pieces of words. Plain data, so
 * that it can be built once and shipped.
 */
export interface SearchIndex {
  readonly version: 2
  readonly listings: readonly IndexedListing[]
  /** The words that were learnt from, the most frequent first: what typing errors are corrected to. */
  readonly vocabulary: readonly string[]
  /** How rare each feature is. */
  readonly rarity: Float32Array
  /** For each listing, what each feature says for or against it. */
  readonly weights: Float32Array
}

/** How much surer than even it has to be: a template taken wrongly costs a person more than one that is only shown. */
const caution = 0.8
/** How many examples a listing needs before the classifier speaks for it. */
const enoughExamples = 8

/**
 * Learns from listings. Takes a second for ten of them and more than a minute for a hundred: not for a thread that serves.
 * @param others requests that none of them is meant for
 */
export function buildIndex(listings: readonly Listing[], others: readonly string[] = background): SearchIndex {
  const examples: Example[] = []
  for (const [label, listing] of listings.entries()) {
    for (const { text, weight } of textsOf(listing)) examples.push({ text, label, weight })
    for (const text of listing.about.near_misses ?? []) examples.push({ text, label: null, weight: 2.5 })
  }
  for (const text of others) examples.push({ text, label: null, weight: 3 })
  const { rarity, weights, biases } = trainClassifier(examples, listings.length)
  const indexed = listings.map((listing, label) => ({
    ...withoutLearning(listing),
    bias: biases[label] ?? 0,
    learnt: (listing.about.examples?.length ?? 0) >= enoughExamples,
  }))
  return { version: 2, vocabulary: vocabularyOf(examples.map(({ text }) => text)), rarity, weights, listings: indexed }
}

/** An index that has learnt nothing and goes by shared words alone: at hand at once, until `buildIndex` is done. */
export function indexByWords(listings: readonly Listing[]): SearchIndex {
  const vocabulary = vocabularyOf(listings.flatMap(textsOf).map(({ text }) => text))
  return { version: 2, vocabulary, rarity: new Float32Array(), weights: new Float32Array(), listings: listings.map(withoutLearning) }
}

function withoutLearning(listing: Listing): IndexedListing {
  const { name, version, kind, description, about, inputs, outputs, maturity } = listing
  const { purpose = description, domain = '', operations = [], also_called: otherNames = [] } = about
  const text = [name.split('/').at(-1), purpose, description, ...operations, ...otherNames, ...Object.keys(inputs), ...outputs].join(' ')
  const candidate = { name, version, kind, purpose, domain, maturity }
  return { candidate, stems: [...new Set(stemsOf(text))], bias: 0, learnt: false }
}

function textsOf({ name, description, about, inputs, outputs }: Listing): { text: string; weight: number }[] {
  const operations = (about.operations ?? []).join(' ')
  return [
    { text: name.split('/').at(-1) ?? name, weight: 1 },
    { text: about.purpose ?? description, weight: 1.5 },
    { text: description, weight: 1 },
    { text: `${operations} ${Object.keys(inputs).join(' ')} ${outputs.join(' ')}`, weight: 0.5 },
    ...(about.also_called ?? []).map((text) => ({ text, weight: 0.6 })),
    ...(about.examples ?? []).map((text) => ({ text, weight: 1.5 })),
  ].filter(({ text }) => text.trim() !== '')
}

/** Candidates, best first. */
export function searchIndex(index: SearchIndex, query: TemplateQuery): TemplateCandidate[] {
  const text = correctSpelling(query.text, index.vocabulary)
  const features = [...featuresOf(text)].map(([feature, count]) => [feature, count * (index.rarity[feature] ?? 0)] as const)
  const length = Math.hypot(...features.map(([, value]) => value)) || 1
  const said = keywordsOf(text)
  const found = index.listings.flatMap((listing, label): TemplateCandidate[] => {
    const { candidate } = listing
    if (query.kind !== undefined && candidate.kind !== query.kind) return []
    if (query.domain !== undefined && candidate.domain !== query.domain) return []
    const shared = listing.stems.flatMap((word) => said.get(word) ?? [])
    const score = listing.learnt ? probability(index, label, features, length, listing.bias) : wordOverlap(shared.length, said.size)
    return [{ ...candidate, score: Math.round(score * 1000) / 1000, reasons: reasonsOf(shared, score) }]
  })
  return found.toSorted((left, right) => right.score - left.score || (left.name < right.name ? -1 : 1)).slice(0, query.limit ?? 20)
}

function probability(
  index: SearchIndex,
  label: number,
  features: readonly (readonly [number, number])[],
  length: number,
  bias: number,
): number {
  let margin = bias - caution
  for (const [feature, value] of features) margin += (index.weights[label * dimensions + feature] ?? 0) * (value / length)
  return 1 / (1 + Math.exp(-margin))
}

/** For a listing without examples: how much of what was asked its own words cover. Never enough to be taken unasked. */
function wordOverlap(shared: number, asked: number): number {
  return asked === 0 ? 0 : Math.min(0.45, (shared / asked) * 0.6)
}

function reasonsOf(shared: readonly string[], score: number): string[] {
  const words = shared.length > 0 ? [`shares the words ${shared.slice(0, 8).join(', ')}`] : []
  return score >= 0.5 ? [...words, 'sounds like its example requests'] : words
}

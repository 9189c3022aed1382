import { pick, randomInteger } from '../seeded-random.js'
import { simulatedMark } from '../simulated-mark.js'
import { boundedRegExp } from './bounded-regexp.js'
import { formattedText } from './formatted-text.js'
import { type Schema, Unsatisfiable } from './json-schema.js'
import { simulatePattern } from './simulate-pattern.js'
import { isSparing, type Position, type Simulation } from './simulation.js'

/** The longest text that a schema may demand, in characters. */
const longest = 100_000

export function simulateString(schema: Schema, simulation: Simulation, position: Position): string {
  const [low, high] = [schema.minLength ?? 0, schema.maxLength ?? longest]
  if (low > longest || low > high) throw new Unsatisfiable('No text has the length asked for.')
  const fits = (text: string): boolean => [...text].length >= low && [...text].length <= high

  if (schema.pattern !== undefined) return patternText(schema.pattern, low, fits, simulation, position)
  const formatted = formattedText(schema.format ?? formatOfName(position.name), simulation)
  if (formatted !== undefined && (fits(formatted) || schema.format !== undefined)) return formatted
  return fitLength(marked(freeText(simulation, position), simulation, position), low, high, simulation)
}

/** Whole sentences say that they are simulated, unless they are there to be quoted from the prompt. */
function marked(text: string, { material }: Simulation, { name }: Position): string {
  const isProse = material.sentences.some((sentence) => text.startsWith(sentence))
  return isProse && !verbatimName.test(name) ? `${simulatedMark} ${text}` : text
}

function patternText(pattern: string, low: number, fits: (text: string) => boolean, simulation: Simulation, position: Position): string {
  const expression = boundedRegExp(pattern)
  const free = freeText(simulation, position)
  for (const text of [free, ...simulation.material.words.slice(0, 20)]) if (fits(text) && expression.test(text)) return text
  for (const stretch of [3, 3, 1, 6, 0, 12, 24, low, low * 2]) {
    const text = simulatePattern(pattern, simulation.random, Math.min(stretch, 1_000))
    // A pattern without anchors allows anything around it.
    const padded = text + 'x'.repeat(Math.max(0, low - [...text].length))
    for (const candidate of [text, padded]) if (fits(candidate) && expression.test(candidate)) return candidate
  }
  throw new Unsatisfiable('No text was found for a pattern.')
}

/** Names that say what a text looks like, where the schema does not. */
function formatOfName(name: string): string | undefined {
  if (/e-?mail/i.test(name)) return 'email'
  if (/(^|_)(url|link|href)$|Url$/.test(name)) return 'uri'
  if (/(^|_)date$|Date$/.test(name)) return 'date'
  if (/(^|_)(id|key|slug|code)$|Id$/.test(name)) return 'slug'
  return undefined
}

const shortName = /name|title|subject|headline|heading|label|topic|category|area|tag|keyword|term|kind|type|status|group|author/i

/** What has to stand in the prompt word for word, and does. */
const verbatimName = /quote|excerpt|evidence|passage|verbatim/i

/** Words or sentences of the prompt, as long as texts of that name usually are. */
function freeText(simulation: Simulation, position: Position): string {
  const { random, material } = simulation
  if (isSparing(simulation, position)) return pick(random, material.words)
  if (shortName.test(position.name)) return capitalise(someWords(simulation, randomInteger(random, 1, 4)))
  if (simulation.detail === 'brief') return capitalise(someWords(simulation, randomInteger(random, 2, 5)))
  const sentences = Array.from({ length: randomInteger(random, 1, 3) }, () => pick(random, material.sentences))
  return [...new Set(sentences)].join(' ')
}

function someWords({ random, material }: Simulation, count: number): string {
  const start = randomInteger(random, 0, Math.max(0, material.words.length - count))
  return material.words.slice(start, start + count).join(' ')
}

function capitalise(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** Cuts a text at the end of a word, or adds words, until its length is allowed. */
function fitLength(text: string, low: number, high: number, { random, material }: Simulation): string {
  let fitted = text
  while ([...fitted].length < low) fitted += `${fitted === '' ? '' : ' '}${pick(random, material.words)}`
  const characters = [...fitted]
  if (characters.length <= high) return fitted
  const cut = characters.slice(0, high).join('')
  const atWord = cut.replace(/\s+\S*$/u, '')
  return [...atWord].length >= low && atWord !== '' ? atWord : cut
}

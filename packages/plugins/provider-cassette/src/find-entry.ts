import { basename } from 'node:path'
import type { Origin } from '@pipewright/kernel'
import type { Cassette, CassetteResponse } from './cassette-schema.js'

/** What is looked for. */
export interface Wanted {
  readonly key: string
  readonly step: string
  readonly prompt: string
}

export interface Found {
  readonly response: CassetteResponse
  readonly origin: Origin
}

interface Candidate extends Found {
  readonly file: string
  /** Counted from 1. */
  readonly number: number
  readonly step: string | undefined
  readonly contains: readonly string[]
  readonly request: string | undefined
}

/**
 * The entry for a request: the one recorded for it, else the hand-written one that says most about it (the most texts,
 * then the longest), the first in the order of files and entries when several say as much.
 */
export function findEntry(cassettes: readonly Cassette[], wanted: Wanted): Found | undefined {
  const candidates = candidatesOf(cassettes)
  const recorded = candidates.find((candidate) => candidate.request === wanted.key)
  if (recorded !== undefined) return recorded
  const [best] = candidates
    .filter(
      ({ request, step, contains }) =>
        request === undefined && step === wanted.step && contains.every((text) => wanted.prompt.includes(text)),
    )
    .sort((left, right) => right.contains.length - left.contains.length || lengthOf(right) - lengthOf(left))
  return best
}

/** Which entry came closest to a request that none was found for, and what it lacked. */
export function nearestEntry(cassettes: readonly Cassette[], wanted: Wanted): string {
  const candidates = candidatesOf(cassettes)
  const [best] = candidates
    .filter(({ request, step }) => request === undefined && step === wanted.step)
    .map((candidate) => ({ candidate, missing: candidate.contains.filter((text) => !wanted.prompt.includes(text)) }))
    .sort((left, right) => left.missing.length - right.missing.length)
  if (best !== undefined) {
    const { file, number } = best.candidate
    const texts = best.missing.map((text) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text))
    return `Nearest is entry ${number} of ${basename(file)}, but the prompt does not contain ${texts.join(' and ')}.`
  }
  const recorded = candidates.find(({ request, step }) => request !== undefined && step === wanted.step)
  if (recorded !== undefined) {
    return `Nearest is entry ${recorded.number} of ${basename(recorded.file)}, recorded for this step with another prompt, model or setting.`
  }
  const steps = [...new Set(candidates.flatMap(({ step }) => (step === undefined ? [] : [step])))]
  if (steps.length > 0) return `It has entries for ${steps.slice(0, 10).join(', ')} only.`
  return cassettes.length === 0 ? 'It holds no cassettes.' : 'No entry is for this step.'
}

function candidatesOf(cassettes: readonly Cassette[]): Candidate[] {
  return cassettes.flatMap(({ file, origin, entries }) =>
    entries.map(({ match, response }, index) => ({
      file,
      number: index + 1,
      origin,
      response,
      step: match.step,
      contains: 'contains' in match ? match.contains : [],
      request: 'request' in match ? match.request : undefined,
    })),
  )
}

function lengthOf({ contains }: Candidate): number {
  return contains.reduce((sum, text) => sum + text.length, 0)
}

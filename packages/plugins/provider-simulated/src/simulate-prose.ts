import type { PromptMaterial } from './prompt-material.js'
import { randomInteger, seededRandom } from './seeded-random.js'
import { simulatedMark } from './simulated-mark.js'

/** A short text made of sentences of the prompt, in their order. */
export function simulateProse(seed: string, { sentences }: PromptMaterial): string {
  const random = seededRandom(seed)
  const wanted = randomInteger(random, 2, 5)
  const chosen = sentences
    .map((sentence, index) => ({ sentence, index, rank: random() }))
    .sort((left, right) => left.rank - right.rank)
    .slice(0, wanted)
    .sort((left, right) => left.index - right.index)
  return `${simulatedMark} ${chosen.map(({ sentence }) => sentence).join(' ')}`
}

/**
 * Where a model's answer comes from: a real model, the simulated provider, or a person who wrote it. Carried by every
 * answer, cassette, receipt and figure, and shown wherever they are shown. Only `real` counts as evidence.
 */
export type Origin = 'real' | 'simulated' | 'authored'

/** The origin of a whole that is made of parts: real only if every part is. */
export function combineOrigins(origins: Iterable<Origin>): Origin | null {
  const seen = new Set(origins)
  if (seen.has('simulated')) return 'simulated'
  if (seen.has('authored')) return 'authored'
  return seen.has('real') ? 'real' : null
}

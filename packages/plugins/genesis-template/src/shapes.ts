import { z } from 'zod'
import { maturities, packageKinds } from '@pipewright/kernel'

export const candidateShape = z.strictObject({
  name: z.string(),
  version: z.string(),
  kind: z.enum(packageKinds),
  purpose: z.string(),
  domain: z.string(),
  maturity: z.enum(maturities),
  score: z.number(),
  reasons: z.array(z.string()),
})

export const chosenShape = z.strictObject({ name: z.string(), version: z.string(), score: z.number() })

export const questionShape = z.strictObject({
  id: z.string(),
  question: z.string(),
  /** Why the answer matters. */
  why: z.string(),
  /** What is taken when nobody answers. */
  default: z.unknown(),
})

export const filledShape = z.strictObject({
  input: z.string(),
  value: z.unknown(),
  /** The words that it was taken from; empty for an answer. */
  from: z.string(),
  by: z.enum(['requirement', 'answer']),
})

export const packageFileShape = z.strictObject({ path: z.string(), content: z.string(), encoding: z.enum(['utf8', 'base64']) })

export type Candidate = z.infer<typeof candidateShape>
export type Question = z.infer<typeof questionShape>
export type Filled = z.infer<typeof filledShape>

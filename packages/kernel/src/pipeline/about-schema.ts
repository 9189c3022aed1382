import { z } from 'zod'

export const domains = ['data', 'content', 'code', 'research', 'business'] as const
export const maturities = ['experimental', 'beta', 'production'] as const
export type Maturity = (typeof maturities)[number]
export const packageKinds = ['template', 'component', 'plugin'] as const
export type PackageKind = (typeof packageKinds)[number]

const phrase = z.string().min(1).max(400)

/** What makes a pipeline findable. */
export const aboutSchema = z.strictObject({
  /** One sentence: what it is for. */
  purpose: z.string().min(1).max(500),
  domain: z.enum(domains),
  /** What it does, as verbs: classify, route, draft. */
  operations: z.array(z.string().min(1).max(60)).max(40).default([]),
  /** Other names people have for the same thing. */
  also_called: z.array(phrase).max(200).default([]),
  /** What it does not do. */
  not_for: z.array(phrase).max(50).default([]),
  /** Requests that this is the answer to, in many people's words; selection learns from them. */
  examples: z.array(phrase).max(200).default([]),
  /** Requests that sound like it and are not. */
  near_misses: z.array(phrase).max(100).default([]),
  authors: z.array(z.string().max(200)).max(50).default([]),
  license: z.string().max(60).default('MIT'),
})

export type About = z.infer<typeof aboutSchema>

import { z } from 'zod'

export const domains = ['data', 'content', 'code', 'research', 'business'] as const
export const maturities = ['experimental', 'beta', 'production'] as const
export type Maturity = (typeof maturities)[number]
export const packageKinds = ['template', 'component', 'plugin'] as const
export type PackageKind = (typeof packageKinds)[number]

const phrase = z.string().min(1).max(400)

/** What makes a pipeline findable. */
export const aboutSchema = z.strictObject({
  purpose: z.string().min(1).max(500).describe('One sentence: what it is for.'),
  domain: z.enum(domains).describe('The field that it belongs to.'),
  operations: z.array(z.string().min(1).max(60)).max(40).default([]).describe('What it does, as verbs: classify, route, draft.'),
  also_called: z.array(phrase).max(200).default([]).describe('Other names that people have for the same thing.'),
  not_for: z.array(phrase).max(50).default([]).describe('What it does not do.'),
  examples: z
    .array(phrase)
    .max(200)
    .default([])
    .describe('Requests that this is the answer to, in many people’s words; selection learns from them.'),
  near_misses: z.array(phrase).max(100).default([]).describe('Requests that sound like it and are not.'),
  authors: z.array(z.string().max(200)).max(50).default([]).describe('Who wrote it.'),
  license: z.string().max(60).default('MIT').describe('The licence it may be used under, as an SPDX identifier.'),
})

export type About = z.infer<typeof aboutSchema>

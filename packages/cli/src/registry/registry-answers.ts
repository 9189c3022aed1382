import { z } from 'zod'
import { maturities, packageKinds } from '@pipewright/kernel'

/** What the command line reads of a registry's answers; whatever else they hold is passed over. */

export const problemSchema = z.looseObject({
  title: z.string().optional(),
  detail: z.string().optional(),
  code: z.string().optional(),
  hint: z.string().optional(),
})

const candidateSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  kind: z.enum(packageKinds),
  purpose: z.string().default(''),
  domain: z.string().default(''),
  maturity: z.enum(maturities).default('experimental'),
  score: z.number().min(0).max(1).default(0),
  reasons: z.array(z.string()).default([]),
})
export const listSchema = z.looseObject({ items: z.array(candidateSchema) })

const versionSummarySchema = z.looseObject({
  version: z.string(),
  integrity: z.string(),
  yanked: z.boolean().default(false),
  yankReason: z.string().nullable().default(null),
  deprecated: z.boolean().default(false),
  deprecationReason: z.string().nullable().default(null),
  quarantined: z.boolean().default(false),
})
export type VersionSummary = z.infer<typeof versionSummarySchema>

export const packageSchema = z.looseObject({
  name: z.string(),
  kind: z.enum(packageKinds),
  distTags: z.record(z.string(), z.string()).default({}),
  versions: z.array(versionSummarySchema),
})
export type PackageInfo = z.infer<typeof packageSchema>

export const versionSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  kind: z.enum(packageKinds),
  integrity: z.string(),
  files: z.array(z.looseObject({ path: z.string() })).max(1000),
})

export const publishedSchema = z.looseObject({ created: z.boolean().default(true) })

export const meSchema = z.looseObject({ name: z.string(), scopes: z.array(z.string()).default([]) })

import { z } from 'zod'
import type { Description } from '../points/description.js'
import type { ContributionKind } from './manifest.js'

const jsonSchema = z.record(z.string(), z.unknown())
const stated = { id: z.string(), summary: z.string() }

/** The description files of a plugin, by kind. What a newer kernel adds to them is let through. */
export const descriptionSchemas: Readonly<Record<ContributionKind, z.ZodType<Description>>> = {
  provider: z.looseObject({
    kind: z.literal('provider'),
    id: z.string(),
    hardCap: z.boolean(),
    origin: z.enum(['real', 'simulated', 'authored', 'mixed']),
    capabilities: z.looseObject({ tools: z.boolean(), images: z.boolean(), documents: z.boolean(), outputSchema: z.boolean() }),
    anyModel: z.boolean(),
    pricing: z.enum(['free', 'listed']).exactOptional(),
  }),
  step: z.looseObject({
    kind: z.literal('step'),
    ...stated,
    input: jsonSchema,
    output: jsonSchema,
    outputSchemaFrom: z.string().exactOptional(),
    deterministic: z.boolean(),
    safeToRepeat: z.boolean(),
    usesModel: z.boolean(),
    effect: z.boolean().exactOptional(),
    usesTools: z.boolean().exactOptional(),
    usesSession: z.boolean().exactOptional(),
    usesIdempotencyKey: z.boolean().exactOptional(),
    stops: z.boolean().exactOptional(),
    sensitive: z.array(z.string()).exactOptional(),
    estimates: z.boolean(),
    class: z.enum(['analysis', 'generation', 'validation']),
  }),
  guardrail: z.looseObject({
    kind: z.literal('guardrail'),
    ...stated,
    phase: z.enum(['pre-execution', 'runtime', 'post-execution']),
    options: jsonSchema,
  }),
  'genesis-stage': z.looseObject({
    kind: z.literal('genesis-stage'),
    ...stated,
    reads: jsonSchema,
    writes: jsonSchema,
    usesModel: z.boolean(),
  }),
  store: z.looseObject({ kind: z.literal('store'), id: z.string() }),
}

import { z } from 'zod'
import type { Contributions } from './define-plugin.js'
import type { ContributionKind } from './manifest.js'

/** Under which key `setup` returns the contributions of each kind. */
export const contributionKeys = {
  provider: 'providers',
  step: 'steps',
  guardrail: 'guardrails',
  'genesis-stage': 'stages',
  store: 'stores',
} as const satisfies Record<ContributionKind, keyof Contributions>

const method = z.custom<(...values: never[]) => unknown>((value) => typeof value === 'function', 'has to be a function')
const schema = z.custom<z.ZodType>(
  (value) => typeof value === 'object' && value !== null && '_zod' in value && 'safeParse' in value,
  'has to be a zod schema',
)
const common = { id: z.string(), contract: z.string() }
const capabilities = z.looseObject({ tools: z.boolean(), images: z.boolean(), documents: z.boolean(), outputSchema: z.boolean() })

/** What has to be there of each kind before it is used: plugins in plain JavaScript are not checked by a compiler. */
export const contributionShapes: Readonly<Record<ContributionKind, z.ZodType>> = {
  provider: z.looseObject({
    ...common,
    hardCap: z.boolean(),
    capabilities,
    origin: z.enum(['real', 'simulated', 'authored', 'mixed']),
    generate: method,
  }),
  step: z.looseObject({
    ...common,
    summary: z.string(),
    input: schema,
    output: schema,
    deterministic: z.boolean(),
    safeToRepeat: z.boolean(),
    usesModel: z.boolean(),
    class: z.enum(['analysis', 'generation', 'validation']),
    estimate: method.optional(),
    run: method,
  }),
  guardrail: z.looseObject({
    ...common,
    summary: z.string(),
    phase: z.enum(['pre-execution', 'runtime', 'post-execution']),
    subjects: z.array(z.enum(['plan', 'prompt', 'answer', 'inputs', 'outputs'])).min(1),
    options: schema,
    check: method,
  }),
  'genesis-stage': z.looseObject({
    ...common,
    summary: z.string(),
    reads: schema,
    writes: schema,
    usesModel: z.boolean(),
    estimate: method.optional(),
    run: method,
  }),
  store: z.looseObject({ ...common, open: method }),
}

import { z } from 'zod'
import type { Description } from '../points/description.js'
import type { ContributionOf } from '../points/extension-points.js'
import type { GenesisStage } from '../points/genesis-stage.js'
import type { Guardrail } from '../points/guardrail.js'
import type { JsonSchema, Provider } from '../points/provider.js'
import type { StepType } from '../points/step.js'
import type { ContributionKind } from './manifest.js'

/** What can be said of a contribution to those who do not run its code. */
export function describeContribution(kind: ContributionKind, contribution: ContributionOf[ContributionKind]): Description {
  switch (kind) {
    case 'step': {
      const {
        id,
        summary,
        input,
        output,
        outputSchemaFrom,
        deterministic,
        safeToRepeat,
        usesModel,
        effect,
        usesTools,
        usesSession,
        usesIdempotencyKey,
        stops,
        sensitive,
        estimate,
        class: stepClass,
      } = contribution as StepType
      return {
        kind,
        id,
        summary,
        input: schemaOf(input, 'input'),
        output: schemaOf(output, 'output'),
        ...(outputSchemaFrom === undefined ? {} : { outputSchemaFrom }),
        deterministic,
        safeToRepeat,
        usesModel,
        ...(effect === undefined ? {} : { effect }),
        ...(usesTools === undefined ? {} : { usesTools }),
        ...(usesSession === undefined ? {} : { usesSession }),
        ...(usesIdempotencyKey === undefined ? {} : { usesIdempotencyKey }),
        ...(stops === undefined ? {} : { stops }),
        ...(sensitive === undefined ? {} : { sensitive }),
        estimates: estimate !== undefined,
        class: stepClass,
      }
    }
    case 'provider': {
      const { id, hardCap, origin, capabilities, anyModel = false, pricing = 'listed' } = contribution as Provider
      return { kind, id, hardCap, origin, capabilities, anyModel, pricing }
    }
    case 'guardrail': {
      const { id, summary, phase, options } = contribution as Guardrail
      return { kind, id, summary, phase, options: schemaOf(options, 'input') }
    }
    case 'genesis-stage': {
      const { id, summary, reads, writes, usesModel } = contribution as GenesisStage
      return { kind, id, summary, reads: schemaOf(reads, 'input'), writes: schemaOf(writes, 'output'), usesModel }
    }
    case 'store':
      return { kind, id: contribution.id }
  }
}

/** A zod schema as JSON Schema, without the line that says which draft. */
export function schemaOf(type: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _draft, ...schema } = z.toJSONSchema(type, { io, unrepresentable: 'any' })
  return schema
}

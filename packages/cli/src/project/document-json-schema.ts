import { z } from 'zod'
import { documentSchema, type ExtensionPoints } from '@pipewright/kernel'

interface StepNode {
  readonly properties: Record<string, unknown>
  allOf?: unknown
}

/** The JSON Schema of pipeline documents with the options of each installed step type, so that editors complete `with:`. */
export async function documentJsonSchema(points: ExtensionPoints): Promise<Record<string, unknown>> {
  const schema = z.toJSONSchema(documentSchema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>
  const descriptions = await Promise.all(points.ids('step').map((id) => points.describe('step', id)))
  const types = descriptions.filter((description) => description !== undefined)
  const { step, tool } = schema['$defs'] as Record<'step' | 'tool', StepNode>
  for (const node of [step, tool]) {
    node.properties['uses'] = {
      type: 'string',
      anyOf: [{ oneOf: types.map(({ id, summary }) => ({ const: id, description: summary })) }, { pattern: '^genesis/' }],
    }
    node.allOf = types.map(({ id, input }) => ({
      if: { properties: { uses: { const: id } }, required: ['uses'] },
      then: { properties: { with: templated(input) } },
    }))
  }
  return { ...schema, title: 'Pipewright pipeline' }
}

/** A template may stand wherever a value may. */
function templated(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema
  const { properties, ...rest } = schema as { properties?: Record<string, unknown> }
  if (!properties) return schema
  const loosened = Object.entries(properties).map(([key, value]) => [
    key,
    {
      anyOf: [value, { type: 'string', pattern: '\\{\\{' }],
      ...(typeof value === 'object' && value !== null && 'description' in value ? { description: value.description } : {}),
    },
  ])
  return { ...rest, properties: Object.fromEntries(loosened) as Record<string, unknown> }
}

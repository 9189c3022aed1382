import { z } from 'zod'
import { defineStep } from '@pipewright/kernel'
import { applyOperation } from './data/apply-operation.js'
import { operationSchema } from './data/operation-schema.js'
import { maxRecords } from './data/records.js'
import { prepareExpression } from './evaluate-expression.js'

/** Works on a list of records, one operation after the other. */
export const dataStep = defineStep({
  contract: 'v1',
  id: 'data',
  summary: 'Works on a list of records, one operation after the other: filter, derive, sort, group, aggregate, join and others.',
  input: z.strictObject({
    input: z
      .array(z.unknown())
      .max(maxRecords)
      .describe('The list: records, that is maps of fields; or plain values, where no field is named.'),
    operations: z
      .array(operationSchema)
      .min(1)
      .max(100)
      .superRefine((operations, context) => {
        const early = operations.slice(0, -1).findIndex(({ aggregate }) => aggregate !== undefined)
        if (early !== -1) context.addIssue({ code: 'custom', path: [early], message: 'aggregate gives a map, not a list: it comes last' })
      })
      .describe(
        'What is done with it, in this order; each is a map with one key. Conditions and values are JSONata, for one record: its fields by name, or $.',
      ),
    variables: z
      .record(z.string().regex(/^[A-Za-z_]\w{0,63}$/, 'letters, digits and _'), z.unknown())
      .default({})
      .describe('Values from elsewhere that the expressions need, by name; limit: 10 can be used in them as $limit.'),
  }),
  output: z.unknown().describe('The list that the last operation gives; a map when that is aggregate.'),
  deterministic: true,
  safeToRepeat: true,
  usesModel: false,
  class: 'analysis',
  async run({ input, operations, variables }, { signal, clock }) {
    let values: unknown = input
    for (const [index, operation] of operations.entries()) {
      signal.throwIfAborted()
      // Only the last operation may give something else than a list.
      if (!Array.isArray(values)) break
      values = await applyOperation(values, operation, index + 1, (expression) => {
        const evaluate = prepareExpression(expression, { signal, now: () => clock.now() })
        return (data) => evaluate(data, variables)
      })
    }
    return values
  },
})

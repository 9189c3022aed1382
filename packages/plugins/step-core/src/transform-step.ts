import { z } from 'zod'
import { defineStep } from '@pipewright/kernel'

/** Loaded when a step first runs: to look at a pipeline takes none of it. */
let evaluator: Promise<typeof import('./evaluate-expression.js')> | undefined

/** Computes with data, in JSONata. */
export const transformStep = defineStep({
  contract: 'v1',
  id: 'transform',
  summary: 'Computes with data: filter, map, group, aggregate, join, sort, in JSONata.',
  input: z.strictObject({
    input: z.unknown().describe('The data; $ in the expression.'),
    expression: z
      .string()
      .min(1)
      .max(20_000)
      .meta({ language: 'jsonata' })
      .describe(
        'A JSONata expression. One that ends in [] always gives a list. $error("what is wrong\\nwhat to do") stops with a message and a hint.',
      ),
  }),
  output: z.unknown().describe('What the expression gives; null when it gives nothing.'),
  deterministic: true,
  safeToRepeat: true,
  usesModel: false,
  class: 'analysis',
  async run({ input, expression }, { signal, clock }) {
    evaluator ??= import('./evaluate-expression.js')
    const { evaluateExpression } = await evaluator
    return evaluateExpression(expression, input, { signal, now: () => clock.now() })
  },
})

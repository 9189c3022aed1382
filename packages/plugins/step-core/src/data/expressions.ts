import { PipewrightError } from '@pipewright/kernel'
import type { PreparedExpression } from '../evaluate-expression.js'
import { asRecords, kindOf, type DataRecord } from './records.js'

/** JSONata's own errors for computing and comparing with what is neither a number nor a text; most often null. */
const typeErrors = new Set<unknown>(['T2001', 'T2002', 'T2009', 'T2010'])

/** Compiles an expression and gives it the step's variables. */
export type Prepare = (expression: string) => PreparedExpression

export async function filterRecords(values: readonly unknown[], condition: string, prepare: Prepare): Promise<unknown[]> {
  const results = await evaluateEach(values, condition, prepare)
  return values.filter((_, index) => {
    const result = results[index]
    if (typeof result === 'boolean') return result
    // A comparison with a field that is missing gives nothing.
    if (result === null) return false
    throw new PipewrightError('STEP_INPUT_INVALID', `record ${index + 1}: the condition gives ${kindOf(result)}, not true or false.`, {
      hint: 'Compare with something, or ask whether there is a value: $exists(name).',
    })
  })
}

export async function deriveFields(
  values: readonly unknown[],
  expressions: Readonly<Record<string, string>>,
  prepare: Prepare,
): Promise<DataRecord[]> {
  const records = asRecords(values)
  const columns: [name: string, results: readonly unknown[]][] = []
  for (const [name, expression] of Object.entries(expressions)) columns.push([name, await evaluateEach(records, expression, prepare)])
  return records.map((record, index) => ({ ...record, ...Object.fromEntries(columns.map(([name, results]) => [name, results[index]])) }))
}

/** What an expression gives for each record. @throws EXPRESSION_FAILED naming the record */
export async function evaluateEach(values: readonly unknown[], expression: string, prepare: Prepare): Promise<unknown[]> {
  const evaluate = prepare(expression)
  const results: unknown[] = []
  for (const [index, value] of values.entries()) {
    try {
      results.push(await evaluate(value))
    } catch (error) {
      if (!PipewrightError.isInstance(error) || error.code !== 'EXPRESSION_FAILED') throw error
      const hint = typeErrors.has(error.details['code']) ? 'Where a field may be null, ask first: total != null and total > 5.' : error.hint
      throw new PipewrightError(error.code, `record ${index + 1}: ${error.message}`, { hint, details: error.details, cause: error })
    }
  }
  return results
}

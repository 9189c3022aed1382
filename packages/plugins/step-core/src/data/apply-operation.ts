import { PipewrightError } from '@pipewright/kernel'
import { aggregateRecords } from './aggregates.js'
import { distinctRecords, flattenRecords, sortRecords } from './arrange.js'
import { deriveFields, evaluateEach, filterRecords, type Prepare } from './expressions.js'
import { dropFields, renameFields, selectFields } from './fields.js'
import { groupRecords } from './group.js'
import { joinRecords } from './join.js'
import type { Operation } from './operation-schema.js'

/** What one operation makes of a list. @param number counted from 1, for messages */
export async function applyOperation(values: readonly unknown[], operation: Operation, number: number, prepare: Prepare): Promise<unknown> {
  try {
    return await apply(values, operation, prepare)
  } catch (error) {
    if (!PipewrightError.isInstance(error)) throw error
    throw new PipewrightError(error.code, `Operation ${number} (${nameOf(operation)}): ${error.message}`, {
      hint: error.hint,
      retryable: error.retryable,
      details: { ...error.details, operation: number },
      cause: error,
    })
  }
}

async function apply(values: readonly unknown[], operation: Operation, prepare: Prepare): Promise<unknown> {
  const { filter, map, derive, select, rename, drop, sort, group, aggregate, join, distinct, limit, flatten } = operation
  if (filter !== undefined) return filterRecords(values, filter, prepare)
  if (map !== undefined) return evaluateEach(values, map, prepare)
  if (derive) return deriveFields(values, derive, prepare)
  if (select) return selectFields(values, select)
  if (rename) return renameFields(values, rename)
  if (drop) return dropFields(values, drop)
  if (sort) return sortRecords(values, sort)
  if (group) return groupRecords(values, group)
  if (aggregate) return aggregateRecords(values, aggregate)
  if (join) return joinRecords(values, join)
  if (distinct) return distinctRecords(values, distinct)
  if (flatten) return flattenRecords(values, flatten)
  return values.slice(0, limit)
}

function nameOf(operation: Operation): string {
  return Object.keys(operation).join()
}

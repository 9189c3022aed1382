import type { ErrorCode } from './error-table.js'

/** The five validations, in the order in which they run. */
export const validationLevels = ['syntax', 'semantic', 'logical', 'performance', 'quality'] as const
export type ValidationLevel = (typeof validationLevels)[number]

/** One thing that validation has to say about a document. */
export interface Finding {
  readonly level: ValidationLevel
  readonly severity: 'error' | 'warning'
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1. */
  readonly column: number
}

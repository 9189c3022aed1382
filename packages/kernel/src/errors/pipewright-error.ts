import { errorTable, type ErrorCode, type ErrorTableEntry } from './error-table.js'

/** Where in a file a finding or error stands. Lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

export interface PipewrightErrorOptions {
  /** The way out. Default: the error table's. */
  readonly hint?: string
  readonly place?: Place
  /** Whether the same attempt may succeed when repeated. Default: the error table's. */
  readonly retryable?: boolean
  /** How long to wait before repeating, in milliseconds, when the other side said so. */
  readonly retryAfterMs?: number
  /** The step it happened in. */
  readonly step?: string
  /** Facts for programs; never secrets, never content. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

const brand = Symbol.for('pipewright.error')

/** The one error class of the kernel, its plugins and the command line: a code, what happened, and the way out. */
export class PipewrightError extends Error {
  override readonly name = 'PipewrightError'
  readonly [brand] = true
  readonly code: ErrorCode
  readonly hint: string
  readonly retryable: boolean
  readonly place: Place | undefined
  readonly retryAfterMs: number | undefined
  readonly step: string | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: PipewrightErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    // In plain JavaScript nothing stops a code that the table does not have; its error becomes another's later, whole.
    const entry: ErrorTableEntry = hasCode(code) ? errorTable[code] : errorTable.INTERNAL
    this.code = code
    this.hint = options.hint ?? entry.hint
    this.retryable = options.retryable ?? entry.retryable
    this.place = options.place
    this.retryAfterMs = options.retryAfterMs
    this.step = options.step
    this.details = options.details ?? {}
  }

  /** Recognises the class across copies of this package, as far as this copy's table knows the code. */
  static isInstance(value: unknown): value is PipewrightError {
    return isBranded(value) && hasCode(value.code)
  }

  get exitCode(): number {
    return errorTable[this.code].exit
  }

  /** The same error, known to have happened in a step, which stands at a place unless the error knows a better one. */
  inStep(step: string, place?: Place): PipewrightError {
    if (this.step !== undefined) return this
    const known = this.place ?? place
    return new PipewrightError(this.code, this.message, {
      hint: this.hint,
      retryable: this.retryable,
      details: this.details,
      step,
      cause: this.cause,
      ...(known ? { place: known } : {}),
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
    })
  }

  /** What programs and journals are given: no stack, no cause. */
  toJSON(): SerializedError {
    return {
      code: this.code,
      message: this.message,
      hint: this.hint,
      ...(this.step === undefined ? {} : { step: this.step }),
      ...(this.place === undefined ? {} : { place: this.place }),
    }
  }
}

export interface SerializedError {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
  readonly step?: string
  readonly place?: Place
}

/** Any thrown value as a PipewrightError; what is not one already, or has a code that no table has, becomes `code`. */
export function toPipewrightError(thrown: unknown, code: ErrorCode = 'INTERNAL'): PipewrightError {
  if (PipewrightError.isInstance(thrown)) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new PipewrightError(code, message, { cause: thrown, ...(isBranded(thrown) ? { hint: thrown.hint } : {}) })
}

/** An error of this class or of another copy's, whose table may have other codes. */
function isBranded(value: unknown): value is { readonly code: string; readonly hint: string } {
  return typeof value === 'object' && value !== null && brand in value
}

function hasCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code)
}

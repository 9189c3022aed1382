import { errorTable, type ErrorCode } from '../errors/error-table.js'
import type { Finding, ValidationLevel } from '../errors/finding.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import type { DocumentPath, Position, SourceMap } from './source-map.js'

/** Collects what validation finds in one document, each with its place in the text. */
export class FindingList {
  private readonly found: Finding[] = []
  private readonly file: string
  readonly sources: SourceMap

  constructor(file: string, sources: SourceMap) {
    this.file = file
    this.sources = sources
  }

  error(level: ValidationLevel, code: ErrorCode, message: string, position: Position, hint?: string): void {
    this.add('error', level, code, message, position, hint)
  }

  warn(level: ValidationLevel, code: ErrorCode, message: string, position: Position, hint?: string): void {
    this.add('warning', level, code, message, position, hint)
  }

  /** An error that was thrown while a part of the document was looked at. */
  thrown(level: ValidationLevel, path: DocumentPath, error: unknown): void {
    if (!PipewrightError.isInstance(error)) throw error
    const { file, line = 1, column = 1 } = error.place ?? { file: this.file, ...this.sources.value(path) }
    this.add('error', level, error.code, error.message, { line, column }, error.hint, file)
  }

  get hasErrors(): boolean {
    return this.found.some((finding) => finding.severity === 'error')
  }

  /** In the order of the text. */
  sorted(): Finding[] {
    return this.found.toSorted((left, right) => left.line - right.line || left.column - right.column)
  }

  private add(
    severity: Finding['severity'],
    level: ValidationLevel,
    code: ErrorCode,
    message: string,
    position: Position,
    hint?: string,
    file = this.file,
  ): void {
    this.found.push({
      level,
      severity,
      code,
      message,
      hint: hint ?? errorTable[code].hint,
      file,
      line: position.line,
      column: position.column,
    })
  }
}

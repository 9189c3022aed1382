import type { Logger } from '@pipewright/kernel'
import type { Output } from './output.js'

/** Log lines on stderr: warnings and errors always, the rest with --verbose. */
export function createLogger(output: Output): Logger {
  const line = (level: string, message: string, fields?: Readonly<Record<string, unknown>>): void =>
    output.error(output.color.dim(`${level} ${message}${fields ? ` ${JSON.stringify(fields)}` : ''}`))
  const quiet = (): void => {}
  return {
    debug: output.verbose ? (message, fields) => line('debug', message, fields) : quiet,
    info: output.verbose ? (message, fields) => line('info', message, fields) : quiet,
    warn: (message, fields) => line('warn', message, fields),
    error: (message, fields) => line('error', message, fields),
  }
}

import { HTTPException } from 'hono/http-exception'
import { Problem } from './problem.js'

/** What PostgreSQL and the way to it say when they cannot answer now: connections, shutdown, time-outs, too many clients. */
const passing = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|CONNECT|57P0|57014|53|40001|40P01)/

/** What is answered for anything that was thrown. @returns a problem; `internal` for what nobody foresaw */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof HTTPException && error.status === 415) return new Problem('unsupported-media-type', 'The body is not sent as JSON.')
  if (error instanceof HTTPException && error.status === 400) return new Problem('invalid-json', 'The body cannot be read as JSON.')
  if (passing.test(codeOf(error))) return new Problem('unavailable', 'The registry’s database does not answer.')
  return new Problem('internal', 'The registry met a defect of its own.')
}

/** The code of an error, or of what caused it. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : codeOf(error.cause)
}

import { DrizzleQueryError } from 'drizzle-orm/errors'

/** A defect for the server's own reports: where it was met and why, without the values of queries, which may be anybody's. */
export function describeDefect(error: unknown): string {
  if (error instanceof DrizzleQueryError) return `The query ${error.query} failed: ${reasonOf(error.cause)}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'for no reason given'
}

import type { z } from 'zod'

const maxIssues = 3

/** What is wrong with a value, each with its path in it; never the value itself, which may be a secret. */
export function inputIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, maxIssues)
    .map((issue) => `${issue.path.length > 0 ? `"${issue.path.map(String).join('.')}": ` : ''}${issue.message}`)
    .join('; ')
}

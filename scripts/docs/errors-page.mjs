import { errorMeanings, errorTable } from '../../packages/kernel/dist/documents.js'
import { code, page, table } from './markdown.mjs'

/** The kernel's table of errors. @throws for a code without a meaning */
export function errorsPage() {
  const explained = new Set(Object.values(errorMeanings).flatMap((meanings) => Object.keys(meanings)))
  const missing = Object.keys(errorTable).filter((name) => !explained.has(name))
  if (missing.length > 0) throw new Error(`packages/kernel/src/errors/error-meanings.ts does not say what ${missing.join(', ')} means.`)
  const groups = Object.entries(errorMeanings).map(([title, meanings]) => {
    const rows = Object.entries(meanings).map(([name, meaning]) => {
      const { exit, retryable, hint } = errorTable[name]
      return [`<a id="${name.toLowerCase()}"></a>${code(name)}`, meaning, hint, exit, retryable ? 'yes' : '']
    })
    return `## ${title}\n\n${table(['code', 'what has happened', 'the way out', 'exit', 'again'], rows)}`
  })
  return page(
    'Errors',
    'Every error of the kernel, its plugins and the command line has one of these codes, a message that says what happened, a place where there is one, and a hint. The hint here is the general one; an error that knows better says better.',
    '`exit` is the exit code of the command that ends with the error; [the command line](cli.md#exit-codes) says what each stands for. `again` marks errors where the same attempt, repeated, may succeed: the engine repeats them by itself as `retry:` says.',
    ...groups,
  )
}

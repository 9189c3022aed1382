import { html } from 'hono/html'
import { problemTable } from '../http/problem-table.js'
import type { Problem } from '../http/problem.js'
import { layout, type Markup } from './layout.js'

/** What a person sees of a problem. */
export function errorPage({ code, message }: Problem): Markup {
  const { title } = problemTable[code]
  return layout(
    `${title} · Pipewright registry`,
    html`<h1>${title}</h1>
      <p>${message}</p>
      <p><a href="/">To all packages</a></p>`,
  )
}

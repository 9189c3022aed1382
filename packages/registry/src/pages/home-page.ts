import { html } from 'hono/html'
import { packageKinds, type PackageKind } from '@pipewright/kernel/documents'
import type { Ranked } from '../search/list-packages.js'
import { layout, type Markup } from './layout.js'

export interface HomePage {
  readonly text: string
  readonly kind: PackageKind | undefined
  readonly ranked: readonly Ranked[]
  readonly nextCursor: string | null
  /** Whether packages come before those shown. */
  readonly isFirst: boolean
}

/** Below this a package has hardly a word in common with what was asked for. */
const littleFit = 0.02

/** The list of packages, or what a search found. */
export function homePage({ text, kind, ranked, nextCursor, isFirst }: HomePage): Markup {
  const shown = text === '' ? ranked : ranked.filter(({ fit }) => (fit?.score ?? 0) >= littleFit)
  const hasMore = nextCursor !== null && shown.length === ranked.length
  const title = text === '' ? 'Packages' : `Search: ${text}`
  return layout(
    `${title} · Pipewright registry`,
    html`<h1>${text === '' ? 'Packages' : html`What fits “${text}”`}</h1>
      <nav class="filters" aria-label="Kinds">
        ${[undefined, ...packageKinds].map(
          (one) => html`<a href="${address(text, one)}" ${one === kind ? html`aria-current="page"` : ''}>${one ? `${one}s` : 'all'}</a> `,
        )}
      </nav>
      ${
        shown.length === 0
          ? html`<p class="empty">${text === '' ? 'There is nothing here yet.' : 'Nothing here fits. Try other words.'}</p>`
          : html`<ol class="cards" role="list">
              ${shown.map(card)}
            </ol>`
      }
      <nav class="pages" aria-label="Pages">
        ${isFirst ? '' : html`<a href="${address(text, kind)}">To the first page</a>`}
        ${hasMore ? html`<a rel="next" href="${address(text, kind, nextCursor)}">More</a>` : ''}
      </nav>`,
    text,
  )
}

function card({ listed: { listing, tags, deprecated }, fit }: Ranked): Markup {
  const { name, version, kind, about, description, maturity } = listing
  return html`<li class="card">
    <h2><a href="/packages/${name}">${name}</a> <small>${version}</small></h2>
    <p>${about.purpose ?? description}</p>
    <ul class="chips" role="list">
      <li>${kind}</li>
      ${about.domain === undefined ? '' : html`<li>${about.domain}</li>`}
      <li class="${maturity}">${maturity}</li>
      ${deprecated ? html`<li class="warning">deprecated</li>` : ''} ${tags.map((tag) => html`<li>#${tag}</li>`)}
      ${fit ? html`<li class="fit">fits ${Math.round(fit.score * 100)} %</li>` : ''}
    </ul>
  </li>`
}

function address(text: string, kind: PackageKind | undefined, cursor?: string | null): string {
  const query = new URLSearchParams({ ...(text && { q: text }), ...(kind && { kind }), ...(cursor && { cursor }) }).toString()
  return query === '' ? '/' : `/?${query}`
}

import { html, raw } from 'hono/html'
import type { VersionRow } from '../packages/read-packages.js'
import { layout, type Markup } from './layout.js'
import { renderMarkdown } from './markdown.js'

export interface PackagePage {
  readonly name: string
  readonly kind: string
  readonly owner: string
  readonly latest: string | undefined
  /** The version that is shown. */
  readonly shown: VersionRow
  readonly files: readonly { readonly path: string; readonly size: number }[]
  readonly readme: string | undefined
  /** The newest first. */
  readonly versions: readonly VersionRow[]
}

interface Input {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
}
interface Step {
  readonly id: string
  readonly uses: string
}

/** A package: what it is for, how to get it, what it takes and does. */
export function packagePage(page: PackagePage): Markup {
  const { name, kind, owner, shown, files, readme, versions } = page
  const document = shown.document ?? {}
  const about = (document['about'] ?? {}) as { purpose?: string; domain?: string; not_for?: string[] }
  return layout(
    `${name} · Pipewright registry`,
    html`<h1>${name} <small>${shown.version}</small></h1>
      <p class="purpose">${about.purpose ?? shown.manifest.description}</p>
      <ul class="chips" role="list">
        <li>${kind}</li>
        ${about.domain === undefined ? '' : html`<li>${about.domain}</li>`}
        <li class="${shown.maturity}">${shown.maturity}</li>
        <li>by ${owner}</li>
      </ul>
      ${notices(shown)}
      <section aria-labelledby="get">
        <h2 id="get">Get it</h2>
        <pre><code>${installCommand(page)}</code></pre>
      </section>
      ${inputs((document['inputs'] ?? {}) as Record<string, Input>)} ${steps((document['steps'] ?? []) as Step[])}
      ${about.not_for?.length ? html`<p><strong>Not for:</strong> ${about.not_for.join('; ')}.</p>` : ''}
      ${
        readme === undefined
          ? ''
          : html`<section class="readme" aria-labelledby="readme">
              <h2 id="readme">Read me</h2>
              ${raw(renderMarkdown(readme))}
            </section>`
      }
      <section aria-labelledby="versions">
        <h2 id="versions">Versions</h2>
        <ul>
          ${versions.map(versionLine(name, page.latest))}
        </ul>
      </section>
      <section aria-labelledby="files">
        <h2 id="files">Files</h2>
        <ul class="files">
          ${files.map(
            ({ path, size }) =>
              html`<li>
                <a href="${fileAddress(name, shown.version, path)}">${path}</a> <small>${size.toLocaleString('en')} bytes</small>
              </li>`,
          )}
        </ul>
        <p class="integrity"><code>${shown.integrity}</code></p>
      </section>`,
  )
}

function notices({ yanked, yankReason, deprecated, deprecationReason, quarantined }: VersionRow): Markup {
  const notice = (what: string, reason: string | null): Markup => html`<p class="notice">${what}${reason ? `: ${reason}` : '.'}</p>`
  return html`${quarantined ? notice('This version is quarantined: its files are not given out', null) : ''}
  ${yanked ? notice('This version is yanked', yankReason) : ''} ${deprecated ? notice('This version is deprecated', deprecationReason) : ''}`
}

function installCommand({ kind, name, latest, shown: { version } }: PackagePage): string {
  if (kind === 'plugin') return `npm install ${name}@${version}`
  return `pipewright install ${name.replace(/^@pipewright\//, '')}${version === latest ? '' : `@${version}`}`
}

function inputs(declared: Readonly<Record<string, Input>>): Markup {
  const entries = Object.entries(declared)
  if (entries.length === 0) return html``
  return html`<section aria-labelledby="takes">
    <h2 id="takes">What it takes</h2>
    <div class="scroll" role="region" aria-labelledby="takes" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">input</th>
            <th scope="col">type</th>
            <th scope="col">default</th>
            <th scope="col">what</th>
          </tr>
        </thead>
        <tbody>
          ${entries.map(
            ([name, input]) =>
              html`<tr>
                <th scope="row"><code>${name}</code></th>
                <td>${input.type ?? ''}</td>
                <td>${input.default === undefined ? 'required' : html`<code>${JSON.stringify(input.default)}</code>`}</td>
                <td>${input.description ?? ''}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`
}

function steps(list: readonly Step[]): Markup {
  if (list.length === 0) return html``
  return html`<section aria-labelledby="does">
    <h2 id="does">What it does</h2>
    <ol class="steps">
      ${list.map(({ id, uses }) => html`<li><strong>${id}</strong> <small>${uses}</small></li>`)}
    </ol>
  </section>`
}

function versionLine(name: string, latest: string | undefined) {
  return ({ version, publishedAt, yanked, deprecated }: VersionRow): Markup => {
    const flags = [...(version === latest ? ['latest'] : []), ...(yanked ? ['yanked'] : []), ...(deprecated ? ['deprecated'] : [])]
    const day = publishedAt.toISOString().slice(0, 10)
    return html`<li>
      <a href="/packages/${name}?version=${version}">${version}</a> <time datetime="${day}">${day}</time> <small>${flags.join(', ')}</small>
    </li>`
  }
}

function fileAddress(name: string, version: string, path: string): string {
  return `/v1/packages/${name}/versions/${version}/files/${path.split('/').map(encodeURIComponent).join('/')}`
}

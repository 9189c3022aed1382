import { html } from 'hono/html'

/** What a piece of a page is: HTML in which everything that was put in is escaped. */
export type Markup = ReturnType<typeof html>

/** A whole page. @param query what the search field holds */
export function layout(title: string, main: Markup, query = ''): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <a class="brand" href="/">Pipewright registry</a>
          <form role="search" action="/" method="get">
            <input
              type="search"
              name="q"
              value="${query}"
              maxlength="1000"
              aria-label="What do you need?"
              placeholder="What do you need? Say it in your own words"
            />
            <button>Search</button>
          </form>
          <nav aria-label="Registry"><a href="/docs">API</a></nav>
        </header>
        <main id="main">${main}</main>
        <footer>Templates, components and plugins for <span translate="no">Pipewright</span>.</footer>
      </body>
    </html>`
}

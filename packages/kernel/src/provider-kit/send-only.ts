import type { Fetch } from '../plugin/services.js'

/**
 * A `fetch` that sends no headers but those meant. SDKs add what variables such as OPENAI_CUSTOM_HEADERS hold, which the
 * plugin may not read and which another host may have no right to see.
 */
export function sendOnly(fetch: Fetch, meant: (name: string) => boolean): Fetch {
  return (input, init) => {
    const headers = [...new Headers(init?.headers)].filter(([name]) => meant(name))
    return fetch(input, { ...init, headers })
  }
}

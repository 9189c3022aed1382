import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a client sent. */
export interface WireRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The body, parsed when it is JSON. */
  readonly body: unknown
}

/** A server on this machine that stands in for a provider's API in tests: it answers as it is told, over real HTTP. */
export interface WireServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly requests: readonly WireRequest[]
  /** Requests that were received and whose connection neither side has ended yet. */
  openCalls(): number
  close(): Promise<void>
}

/** Answers one request. When it does not end the response, the connection stays open until the client closes it. */
export type WireReply = (response: ServerResponse, request: WireRequest) => void | Promise<void>

export async function startWireServer(reply: WireReply): Promise<WireServer> {
  const requests: WireRequest[] = []
  const open = new Set<ServerResponse>()
  const server = createServer((incoming, response) => {
    open.add(response)
    response.once('close', () => open.delete(response))
    const failed = (error: unknown): void => {
      response.destroy(error instanceof Error ? error : new Error(String(error)))
    }
    readRequest(incoming)
      .then((request) => {
        requests.push(request)
        return reply(response, request)
      })
      .catch(failed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // It listens on a port, so its address is one.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    openCalls: () => open.size,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
  }
}

/** Sends server-sent events, each with its name where the API gives it one. The response stays open. */
export function sendEvents(
  response: ServerResponse,
  events: readonly { readonly event?: string; readonly data: unknown }[],
  headers: Readonly<Record<string, string>> = {},
): void {
  if (!response.headersSent) {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', ...headers })
  }
  const lines = events.map(({ event, data }) => {
    const name = event === undefined ? '' : `event: ${event}\n`
    return `${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
  })
  response.write(lines.join(''))
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const sent = await text(incoming)
  const isJson = incoming.headers['content-type']?.includes('json') === true
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
  return { method: incoming.method ?? '', path: incoming.url ?? '', headers, body: isJson ? (JSON.parse(sent) as unknown) : sent }
}

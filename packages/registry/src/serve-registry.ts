import type { DatabaseLocation } from './database/open-database.js'

export interface ServeOptions {
  readonly port: number
  readonly host: string
  readonly seed?: readonly unknown[]
}

export function serveRegistry(_options: ServeOptions & DatabaseLocation): Promise<{ readonly url: string; close(): Promise<void> }> {
  throw new Error('The service is being written.')
}

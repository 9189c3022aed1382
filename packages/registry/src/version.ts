import { createRequire } from 'node:module'

export const version: string = (createRequire(import.meta.url)('@pipewright/registry/package.json') as { version: string }).version

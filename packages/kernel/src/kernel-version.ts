import { createRequire } from 'node:module'

/** The version of this kernel, which plugins state a range of. */
export const kernelVersion: string = (createRequire(import.meta.url)('../package.json') as { version: string }).version

import type { Listing } from '@pipewright/catalogue'

/** What lists and searches show of a package: its newest version that may be installed. */
export interface ListedPackage {
  readonly listing: Listing
  readonly tags: readonly string[]
  readonly deprecated: boolean
  readonly updatedAt: Date
}

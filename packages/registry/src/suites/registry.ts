import type { TestDatabase } from '../fixtures/test-database.js'
import { describeApi } from './api.js'
import { describeChangingVersions } from './changing-versions.js'
import { describeListing } from './listing.js'
import { describeOpenApi } from './openapi.js'
import { describeOpening } from './opening.js'
import { describePages } from './pages.js'
import { describePublishing } from './publishing.js'
import { describeSearching } from './searching.js'
import { describeTokens } from './tokens.js'

/** Everything that has to hold whichever database there is. */
export function describeRegistry(test: () => TestDatabase): void {
  describeOpening(test)
  describePublishing(test)
  describeChangingVersions(test)
  describeApi(test)
  describeTokens(test)
  describeListing(test)
  describePages(test)
  describeOpenApi(test)
  describeSearching(test)
}

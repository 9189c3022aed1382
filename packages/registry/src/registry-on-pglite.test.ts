import { describeOnPglite } from './fixtures/test-database.js'
import { describeRegistry } from './suites/registry.js'

describeOnPglite(describeRegistry)

import { describeOnPostgresql } from './fixtures/test-database.js'
import { describeRegistry } from './suites/registry.js'

await describeOnPostgresql(describeRegistry)

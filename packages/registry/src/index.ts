/** `@pipewright/registry`: the registry service. */
export { openDatabase, type Database, type DatabaseLocation } from './database/open-database.js'
export { createAdministratorToken } from './tokens/tokens.js'
export { serveRegistry } from './serve-registry.js'

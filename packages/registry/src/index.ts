/** `@pipewright/registry`: the registry service. */
export { createRegistry, type Registry, type RegistryOptions } from './create-registry.js'
export { openDatabase, type Database, type DatabaseLocation } from './database/open-database.js'
export { seedPackages, type SeedPackage } from './seed-packages.js'
export { serveRegistry, type ServedRegistry, type ServeOptions } from './serve-registry.js'
export { makeAdministratorToken } from './tokens/make-administrator-token.js'
export { createAdministratorToken } from './tokens/tokens.js'

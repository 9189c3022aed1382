/** `@pipewright/catalogue`: template search, and the starter library with its prebuilt index. */
export { BuiltInCatalogue } from './built-in-catalogue.js'
export { listingFromDocument, type Listing } from './listing.js'
export { listingFromPackage } from './listing-from-package.js'
export { readPackageFolder, type PackageFolder, type PackageManifest } from './read-package-folder.js'
export { buildIndex, indexByWords, searchIndex, type SearchIndex } from './search/search-index.js'
export { parseIndex, serialiseIndex } from './search/index-file.js'
export { libraryFolder, starterPackage, starterPackages, starterScope } from './starter-library.js'

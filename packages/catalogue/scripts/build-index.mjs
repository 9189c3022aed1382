// Builds dist/index.json, the search index of the starter library: part of every build.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildIndex, listingFromPackage, serialiseIndex, starterPackages } from '../bundle/index.js'

const listings = (await starterPackages()).map((folder) => listingFromPackage(folder, 'beta'))
await writeFile(join(import.meta.dirname, '../dist/index.json'), serialiseIndex(buildIndex(listings)))

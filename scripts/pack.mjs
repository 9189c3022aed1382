// Packs everything that is published into a folder, and lists it as JSON: `npm run pack -- FOLDER`.
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { packPackages } from './lib/pack-packages.mjs'

const [folder = 'tarballs'] = process.argv.slice(2)
const destination = resolve(folder)
await mkdir(destination, { recursive: true })
process.stdout.write(`${JSON.stringify(await packPackages(destination), null, 2)}\n`)

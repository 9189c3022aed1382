import { join } from 'node:path'
import type { Manifest } from './manifest.js'
import type { PluginSource } from './plugin-source.js'

/** A plugin that was found and whose manifest is right; none of its code has run. */
export interface InstalledPlugin {
  readonly source: PluginSource
  readonly manifest: Manifest
}

/** The file that states a plugin's manifest. */
export function manifestFile(directory: string): string {
  return join(directory, 'package.json')
}

import { documentSchema, PipewrightError, type Maturity } from '@pipewright/kernel/documents'
import { listingFromDocument, type Listing } from './listing.js'
import { parseYaml } from './parse-yaml.js'
import type { PackageFolder } from './read-package-folder.js'

/** What search knows of a package. @throws PACKAGE_INVALID when its pipeline does not fit the format */
export function listingFromPackage({ manifest, files }: PackageFolder, maturity?: Maturity): Listing {
  const { kind, name, version, description } = manifest
  if (kind !== 'template')
    return { name, version, kind, description, about: {}, inputs: {}, outputs: [], maturity: maturity ?? 'experimental' }
  const text = files.find(({ path }) => path === 'pipeline.yaml')?.content ?? ''
  const document = documentSchema.safeParse(parseYaml(text, `${name}: pipeline.yaml`))
  if (!document.success) {
    const [issue] = document.error.issues
    throw new PipewrightError(
      'PACKAGE_INVALID',
      `${name}: pipeline.yaml: ${(issue?.path ?? []).map(String).join('.')}: ${issue?.message ?? ''}`,
    )
  }
  return listingFromDocument(document.data, { name, version, ...(maturity === undefined ? {} : { maturity }) })
}

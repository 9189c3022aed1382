import type { About, Maturity, PackageKind, PipelineDocument } from '@pipewright/kernel/documents'

/** What a search knows of a package: all of it is text that its authors wrote. */
export interface Listing {
  /** Full name: `@scope/name`. */
  readonly name: string
  readonly version: string
  readonly kind: PackageKind
  readonly description: string
  readonly about: Partial<About>
  /** Names and descriptions of what it takes. */
  readonly inputs: Readonly<Record<string, string>>
  /** Names of what it gives. */
  readonly outputs: readonly string[]
  readonly maturity: Maturity
}

/** The listing of a pipeline document. */
export function listingFromDocument(
  document: PipelineDocument,
  as: { readonly name: string; readonly version: string; readonly maturity?: Maturity },
): Listing {
  return {
    name: as.name,
    version: as.version,
    kind: 'template',
    description: document.description ?? '',
    about: document.about ?? {},
    inputs: Object.fromEntries(Object.entries(document.inputs).map(([name, input]) => [name, input.description ?? ''])),
    outputs: Object.keys(document.outputs),
    maturity: as.maturity ?? 'experimental',
  }
}

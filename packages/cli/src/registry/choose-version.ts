import { maxSatisfying, validRange } from 'semver'
import { PipewrightError } from '@pipewright/kernel'
import type { PackageInfo, VersionSummary } from './registry-answers.js'

/** The version that a range or dist-tag means: the newest that is not yanked, unless one is named in full. @throws PACKAGE_NOT_FOUND */
export function chooseVersion(info: PackageInfo, range = 'latest'): VersionSummary {
  const byVersion = new Map(info.versions.map((entry) => [entry.version, entry]))
  // A version that is named in full may be yanked: what is pinned keeps working.
  const named = byVersion.get(range)
  if (named) return named
  const installable = info.versions.filter((entry) => !entry.yanked && !entry.quarantined).map((entry) => entry.version)
  const tagged = info.distTags[range]
  const wanted = range === 'latest' ? '*' : range
  const version =
    tagged !== undefined && installable.includes(tagged) ? tagged : validRange(wanted) === null ? null : maxSatisfying(installable, wanted)
  const chosen = version === null ? undefined : byVersion.get(version)
  if (chosen) return chosen
  throw new PipewrightError('PACKAGE_NOT_FOUND', `${info.name} has no version ${range} to install.`, {
    hint: `Versions: ${installable.slice(0, 10).join(', ') || 'none that is not yanked'}.`,
  })
}

/** What must not be overlooked about a version that is installed. */
export function warningsOf(name: string, { version, yanked, yankReason, deprecated, deprecationReason }: VersionSummary): string[] {
  const because = (reason: string | null): string => (reason === null || reason === '' ? '.' : `: ${reason}`)
  return [
    ...(yanked ? [`${name}@${version} is yanked${because(yankReason)}`] : []),
    ...(deprecated ? [`${name}@${version} is deprecated${because(deprecationReason)}`] : []),
  ]
}

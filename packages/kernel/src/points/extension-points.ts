import type { DescriptionOf } from './description.js'
import type { GenesisStage } from './genesis-stage.js'
import type { Guardrail } from './guardrail.js'
import type { Provider } from './provider.js'
import type { StepType } from './step.js'
import type { Store } from './store.js'
import type { ContributionKind } from '../plugin/manifest.js'
import type { Fetch } from '../plugin/services.js'

/** The type of a contribution of each kind. */
export interface ContributionOf {
  readonly provider: Provider
  readonly step: StepType
  readonly guardrail: Guardrail
  readonly 'genesis-stage': GenesisStage
  readonly store: Store
}

/** What all plugins together contribute, as the rest of the kernel sees it. */
export interface ExtensionPoints {
  /** Ids from the manifests alone. */
  ids(kind: ContributionKind): readonly string[]
  /** From the plugin's static description; loads the plugin only when it ships none. Undefined for an unknown id. */
  describe<Kind extends ContributionKind>(kind: Kind, id: string): Promise<DescriptionOf<Kind> | undefined>
  /** The contribution itself; activates its plugin, and those it requires, on first use. Undefined for an unknown id. */
  get<Kind extends ContributionKind>(kind: Kind, id: string): Promise<ContributionOf[Kind] | undefined>
  /** The version of the plugin that a contribution comes from. Undefined for an unknown id. */
  versionOf(kind: ContributionKind, id: string): string | undefined
  /** The network as the plugin of an active contribution may use it. */
  fetchFor(kind: ContributionKind, id: string): Fetch
}

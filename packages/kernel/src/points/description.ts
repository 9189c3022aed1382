import type { GenesisStageDescription } from './genesis-stage.js'
import type { GuardrailDescription } from './guardrail.js'
import type { ProviderDescription } from './provider.js'
import type { StepDescription } from './step.js'
import type { StoreDescription } from './store.js'

/** What can be known of a contribution without running its plugin's code. */
export type Description = StepDescription | ProviderDescription | GuardrailDescription | GenesisStageDescription | StoreDescription

export type DescriptionOf<Kind extends Description['kind']> = Extract<Description, { kind: Kind }>

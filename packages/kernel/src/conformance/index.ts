/** `@pipewright/kernel/conformance`: what every contribution of a kind has to do, as tests that its own test file calls. */
export { createManualClock } from './manual-clock.js'
export type { ManualClock } from './manual-clock.js'
export { temporaryFolder } from './temporary-folder.js'
export { testStore } from './store.js'
export type { TestStoreOptions } from './store.js'
export { testHttpProvider } from './http-provider.js'
export type { TestHttpProviderOptions } from './http-provider.js'
export { testProvider } from './provider.js'
export { askProvider, callContext, failedCall, standIn } from './ask-provider.js'
export type {
  ProviderFailure,
  ProviderScenario,
  ProviderScenarioOptions,
  ProviderUnderTest,
  TestProviderOptions,
} from './provider-scenario.js'
export { createEstimateContext, createStepContext } from './step-context.js'
export type { StepContextOptions, TestStepContext } from './step-context.js'
export type { StandInTool } from './stand-in-tools.js'
export { testStep } from './step.js'
export type { StepExample, TestStepOptions } from './step.js'
export { testGuardrail } from './guardrail.js'
export type { GuardrailExample, TestGuardrailOptions } from './guardrail.js'
export { sendEvents, startWireServer } from './wire-server.js'
export type { WireReply, WireRequest, WireServer } from './wire-server.js'
export { testStage } from './stage.js'
export type { StageExample, TestStageOptions } from './stage.js'

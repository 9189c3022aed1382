import { definePlugin } from '@pipewright/kernel'
import { concludeStage } from './conclude-stage.js'
import { fillStage } from './fill-stage.js'
import { selectStage } from './select-stage.js'
import { synthesiseStage } from './synthesise-stage.js'
import { testStage } from './test-stage.js'
import { understandStage } from './understand-stage.js'
import { validateStage } from './validate-stage.js'

/** The template-first path of genesis; `pipelines/genesis-coordinator.yaml` puts its stages in order. */
export default definePlugin({
  setup: () => ({ stages: [understandStage, selectStage, fillStage, synthesiseStage, validateStage, testStage, concludeStage] }),
})

import { z } from 'zod'
import { definePlugin } from '@pipewright/kernel'
import { approvalStep } from './approval-step.js'
import { branchStep } from './branch-step.js'
import { dataStep } from './data-step.js'
import { createGuardedFetch } from './guarded-fetch.js'
import { createHttpStep } from './http-step.js'
import { inputStep } from './input-step.js'
import { limitPatterns } from './limit-patterns.js'
import { pipelineStep } from './pipeline-step.js'
import { promptStep } from './prompt-step.js'
import { readStep } from './read-step.js'
import { stopStep } from './stop-step.js'
import { textStep } from './text-step.js'
import { transformStep } from './transform-step.js'
import { writeStep } from './write-step.js'

const config = z.strictObject({
  allow_private: z.boolean().default(false).describe('Whether the http step may reach private and local addresses.'),
})

/** The basic steps. */
export default definePlugin({
  config,
  setup({ fetch, onDispose }, { allow_private: allowPrivate }) {
    limitPatterns()
    const guarded = createGuardedFetch()
    onDispose(guarded.close)
    const httpStep = createHttpStep(allowPrivate ? fetch : guarded.fetch)
    return {
      steps: [
        promptStep,
        textStep,
        dataStep,
        transformStep,
        branchStep,
        pipelineStep,
        readStep,
        writeStep,
        httpStep,
        approvalStep,
        inputStep,
        stopStep,
      ],
    }
  },
})

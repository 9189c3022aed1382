import { z } from 'zod'
import { defineStep, PipewrightError } from '@pipewright/kernel'

/** Chooses a value by another one. */
export const branchStep = defineStep({
  contract: 'v1',
  id: 'branch',
  summary: 'Chooses one of several values by another value.',
  input: z.strictObject({
    on: z.union([z.string(), z.number(), z.boolean(), z.null()]).describe('What decides.'),
    cases: z.record(z.string(), z.unknown()).describe('The value for each case.'),
    default: z.unknown().optional().describe('The value for everything else. Without it, everything else is an error.'),
  }),
  output: z.object({
    case: z.string().describe('Which case it was; `default` for everything else.'),
    value: z.unknown().describe('The value of that case.'),
  }),
  deterministic: true,
  safeToRepeat: true,
  usesModel: false,
  class: 'analysis',
  async run({ on, cases, default: otherwise }) {
    const name = String(on)
    if (Object.hasOwn(cases, name)) return { case: name, value: cases[name] }
    if (otherwise !== undefined) return { case: 'default', value: otherwise }
    throw new PipewrightError('STEP_INPUT_INVALID', `There is no case for "${name}".`, {
      hint: `Cases: ${Object.keys(cases).join(', ')}. Add one, or a default.`,
    })
  },
})

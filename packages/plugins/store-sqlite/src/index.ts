import { definePlugin } from '@pipewright/kernel'
import { z } from 'zod'
import { createSqliteStore } from './sqlite-store.js'

const configSchema = z.strictObject({
  durability: z
    .enum(['full', 'normal'])
    .default('full')
    .describe('full: what is recorded survives a power cut. normal: it survives the process, and may be lost with the power.'),
})

export default definePlugin({
  config: configSchema,
  setup: (context, { durability }) => ({ stores: [createSqliteStore({ clock: context.clock, durability })] }),
})

import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/plugins/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/bundle/**'],
    testTimeout: 30_000,
    // Many tests wait for processes that they have started; one worker a core keeps a machine of two cores busy.
    maxWorkers: availableParallelism(),
  },
})

import { defineConfig } from 'vitest/config'

/** What is measured on the lab's machines, one after the other: nothing else may use this computer's cores meanwhile. */
export default defineConfig({
  test: {
    include: ['bench/*.measure.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
})

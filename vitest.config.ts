import { defineConfig } from 'vitest/config'

const e2e = 'test/**/*.e2e.test.ts'

export default defineConfig({
  test: {
    reporters: process.env.CI ? ['default', './test/closing-line.ts'] : ['default'],
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [e2e], testTimeout: 30_000 } },
      {
        test: {
          name: 'lab',
          include: [e2e],
          // Machines share this computer's cores: one file after the other.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
})

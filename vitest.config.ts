import { defineConfig } from 'vitest/config'

const e2e = 'test/**/*.e2e.test.ts'
/** They measure what a client feels, so nothing else may use this computer's cores meanwhile. */
const measuring = ['test/e2e/drill*.e2e.test.ts', 'test/e2e/measured.e2e.test.ts']
const patient = { testTimeout: 300_000, hookTimeout: 600_000 }

export default defineConfig({
  test: {
    reporters: process.env.CI ? ['default', './test/closing-line.ts'] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [e2e],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'lab',
          include: [e2e],
          exclude: measuring,
          // Machines share this computer's cores; while one lab waits, another can work.
          maxWorkers: 2,
          ...patient,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'drills',
          include: measuring,
          fileParallelism: false,
          ...patient,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})

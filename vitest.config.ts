import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/sequencer.ts'

const e2e = 'test/**/*.e2e.test.ts'
const system = 'test/**/*.system.test.ts'

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    reporters: process.env.CI ? ['default', './test/closing-line.ts'] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [e2e, system],
          testTimeout: 30_000,
          // Many of them wait for an sshd.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'system',
          include: [system],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'lab',
          include: [e2e],
          globalSetup: './test/e2e/prepare.ts',
          // Machines share this computer's cores; while one lab waits, others can work.
          maxWorkers: 3,
          testTimeout: 300_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})

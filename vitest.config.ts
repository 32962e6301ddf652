import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/sequencer.ts'

const e2e = 'test/**/*.e2e.test.ts'
const system = 'test/**/*.system.test.ts'
/** They measure what a client feels, so nothing else may use this computer's cores meanwhile. */
const measuring = ['drill', 'profiles', 'measured'].map((name) => `test/e2e/${name}.e2e.test.ts`)
const patient = { testTimeout: 300_000, hookTimeout: 600_000 }

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
          ...patient,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'lab',
          include: [e2e],
          exclude: measuring,
          // Machines share this computer's cores; while one lab waits, others can work.
          maxWorkers: 3,
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

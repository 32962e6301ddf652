import type { TestProject } from 'vitest/node'
import { missingPrerequisites } from '../src/lab/prerequisites.ts'

/** Runs once before the tests that need machines: finds out whether this computer can have them. */
export async function setup(project: TestProject): Promise<void> {
  project.provide('machinesLack', await missingPrerequisites())
}

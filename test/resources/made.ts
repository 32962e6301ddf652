import { expect } from 'vitest'
import { type Applied, apply, ofModule, plan } from './run.ts'
import type { World } from './world.ts'

/** Has a module change something, which must then be as it is wanted. */
export async function made(world: World, module: string, parameters: object): Promise<Applied> {
  const applied = await apply(world, ofModule(module, parameters))
  expect(applied, `${JSON.stringify(parameters)} ${applied.stderr}`).toMatchObject({
    status: 0,
    again: undefined,
  })
  expect(applied.change, JSON.stringify(parameters)).toBeDefined()
  return applied
}

/** Expects that a module has nothing to do. */
export async function isMade(world: World, module: string, parameters: object): Promise<void> {
  expect(await plan(world, ofModule(module, parameters)), JSON.stringify(parameters)).toBeUndefined()
}

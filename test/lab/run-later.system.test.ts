import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runLater } from '../../src/lab/run-later.ts'
import { needs } from '../needs.ts'

needs('setsid')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-later-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const program = (name: string) => ['touch', join(folder, name)]
const ran = (name: string) => existsSync(join(folder, name))

it('runs what was wished for, unless the wish was taken back', async () => {
  const callOff = await runLater(folder, 1, program('called-off'))
  await runLater(folder, 2, program('wished'))
  await callOff()
  while (!ran('wished')) await pause(100)
  expect(ran('called-off')).toBe(false)
})

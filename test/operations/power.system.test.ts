import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Failure } from '../../src/model/failure.ts'
import { commandPower } from '../../src/operations/power.ts'
import { clusterOf, healthy, machines, member } from '../cluster/inventory.ts'
import { needs } from '../needs.ts'

needs('ps')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-power-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const down = new Failure('UNREACHABLE', 'd1 does not answer')
const at = (name: string) => join(folder, name)

function switchOf(off: string, on: string, logIn: () => Promise<void> = async () => {}) {
  const director = { power: { off, on } }
  const d1 = member('d1', '10.77.0.11', ['directors'], { cluster: healthy, director })
  return commandPower(clusterOf(machines(healthy, [d1])), { logIn, limits: { command: 1000, boot: 50 } })
}

it('runs the command of the machine, and shows it to nobody', async () => {
  const power = switchOf(`secret=s3cret-1; cat; ps -ef >${at('seen')}; touch ${at('off')}`, 'true')
  await power.cut('d1')
  expect(existsSync(at('off'))).toBe(true)
  expect(readFileSync(at('seen'), 'utf8')).not.toContain('s3cret-1')
})

it('says what a command printed that failed', async () => {
  const power = switchOf('echo no such domain >&2; exit 3', 'true')
  await expect(power.cut('d1')).rejects.toMatchObject({
    code: 'STEP_FAILED',
    message: 'the command that cuts the power of d1 failed',
    output: 'no such domain\n(status 3)',
  })
})

it('does not wait for ever for a command, nor for what it started', async () => {
  const power = switchOf(`sleep 30 & echo trying; wait; touch ${at('late')}`, 'true')
  await expect(power.cut('d1')).rejects.toMatchObject({ output: 'trying\n(it took longer than 1 s)' })
})

it('brings a machine back where it can be logged into, whatever the command says of one that is on', async () => {
  await switchOf('true', 'echo already on >&2; exit 1').restore('d1')
  const dead = switchOf('true', 'echo no answer; exit 1', async () => Promise.reject(down))
  await expect(dead.restore('d1')).rejects.toMatchObject({ output: 'no answer\n(status 1)' })
  const lost = switchOf('true', 'true', async () => Promise.reject(down))
  await expect(lost.restore('d1')).rejects.toThrow('d1 was switched on, and cannot be logged into since')
})

it('switches on what was armed when its time is over, unless it was brought back before', async () => {
  const power = switchOf('true', `echo on >>${at('on')}`)
  await power.arm('d1', 1)
  await pause(200)
  expect(existsSync(at('on'))).toBe(false)
  while (!existsSync(at('on'))) await pause(50)
  rmSync(at('on'))
  await power.arm('d1', 1)
  await power.restore('d1')
  await pause(1500)
  expect(readFileSync(at('on'), 'utf8')).toBe('on\n')
})

import { expect, it } from 'vitest'
import { unitOf } from '../../src/drill/unit.ts'
import type { Listener } from '../../src/sensors/listeners.ts'
import type { Observed } from '../../src/verify/observe.ts'
import { expected } from '../verify/web.ts'
import { scripted, struck } from './struck.ts'

const found = (fault: string, ...listening: readonly Listener[]) => {
  const member: Observed = { read: () => listening as never }
  return unitOf('rs1', scripted(fault), expected(), { members: new Map([['rs1', member]]) })
}
const app = { unit: 'app.service', enabled: 'enabled', socket: 'app.socket' }

it('is struck with the socket that would have it started again', () => {
  expect(found('realserver-stopped', { unit: '', enabled: '' }, app)).toEqual({
    unit: 'app.service',
    socket: 'app.socket',
  })
  const { inject, undo } = scripted('realserver-stopped')
  const one = { ...struck, ...found('realserver-stopped', app) }
  expect(inject(one)).toBe('systemctl stop app.socket app.service')
  expect(undo(one)).toMatch(/systemctl start app\.socket app\.service$/)
  expect(inject(struck)).toBe('systemctl stop nginx.service')
})

it('has no process to be frozen or killed where there is one for each connection', () => {
  const page = { unit: 'page.socket', enabled: 'enabled' }
  expect(found('realserver-stopped', page)).toEqual({ unit: 'page.socket' })
  expect(() => found('realserver-hung', page)).toThrow('page.socket of rs1 starts a program for each')
  expect(found('realserver-hung', app)).toEqual({ unit: 'app.service', socket: 'app.socket' })
})

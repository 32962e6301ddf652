import { describe, expect, it } from 'vitest'
import { applicationUnit, environmentText } from '../../src/resources/application-unit.ts'
import { make } from './run.ts'

const calm = { touches: () => false }
const wanted = (fields: object = {}) =>
  make('release', {
    name: 'shop',
    release: '1.4',
    src: 'a'.repeat(64),
    port: 8080,
    content: 'tar',
    ...fields,
  })
const whole = { isGone: false, otherwise: [] }
const current = (target: string, files = whole) => ({ current: { type: 'link', target }, files })

describe('release', () => {
  it('brings the first version, and tells of every further one', () => {
    expect(wanted().converge({ current: { type: 'absent' } }, calm)?.summary).toBe('bring 1.4')
    expect(wanted().converge(current('releases/1.4'), calm)).toBeUndefined()
    const later = wanted().converge(current('releases/1.3'), calm)
    expect(later).toMatchObject({
      onlyTold: true,
      summary: expect.stringContaining('understudy deploy shop'),
    })
  })

  it('refuses to take the place of what somebody put there', () => {
    expect(wanted().converge({ current: { type: 'directory' } }, calm)?.summary).toContain('move it away')
  })

  it('brings what serves once more where it is not what was brought', () => {
    const again = (files: object) =>
      wanted().converge({ ...current('releases/1.4'), files: { ...whole, ...files } }, calm)
    expect(again({ otherwise: ['index.html', '.'] })).toMatchObject({
      summary: 'bring 1.4 again',
      differences: [{ before: '1.4, changed since it was brought: index.html, its directory' }],
    })
    expect(again({ isGone: true })?.differences).toMatchObject([{ before: '1.4, its directory is gone' }])
    const other = { ...current('releases/1.3'), files: { isGone: true, otherwise: [] } }
    expect(wanted().converge(other, calm)).toMatchObject({ onlyTold: true })
  })

  it('mends the unit of the version that serves', () => {
    const service = wanted({ command: './server', user: 'shop' })
    const found = { ...current('releases/1.4'), unit: { is: 'absent' } }
    expect(service.converge(found, calm)?.summary).toBe('put back the unit of this version')
  })
})

describe('the unit of an application', () => {
  const run = { name: 'api', command: './bin/server --rate 50%', user: 'api', port: 80 }
  const unit = applicationUnit(run, '/run/env')

  it('runs its own programs by their whole paths, and takes nothing for a specifier', () => {
    expect(unit).toContain('ExecStart=/srv/api/current/bin/server --rate 50%%\n')
    expect(applicationUnit({ ...run, command: 'node server.js' }, '')).toContain('ExecStart=node server.js\n')
    expect(applicationUnit({ ...run, command: '/usr/bin/java -jar a.jar' }, '')).toContain(
      'ExecStart=/usr/bin/java',
    )
  })

  it('may listen below 1024 only where it has to', () => {
    expect(unit).toContain('AmbientCapabilities=CAP_NET_BIND_SERVICE\n')
    expect(applicationUnit({ ...run, port: 8080 }, '')).toContain('AmbientCapabilities=\n')
  })

  it('gets values as they are', () => {
    expect(environmentText({ A: 'x "y" $z `w` \\', B: '' })).toBe('A="x \\"y\\" \\$z \\`w\\` \\\\"\nB=""\n')
  })
})

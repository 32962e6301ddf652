import { describe, expect, it } from 'vitest'
import type { ConfigurationReading } from '../../src/sensors/configurations.ts'
import type { UnitReading } from '../../src/sensors/units.ts'
import { make } from './run.ts'

const running: UnitReading = {
  systemd: true,
  load: 'loaded',
  active: 'active',
  sub: 'running',
  enabled: 'enabled',
  mainPid: 1,
  loadedAt: 1000,
  needDaemonReload: false,
  canReload: true,
  paused: false,
  activatingFor: 0,
  commandLine: [],
  diverted: [],
}
const onDisk: ConfigurationReading = { changedAt: 900 }

function decide(
  wanted: object,
  unit: Partial<UnitReading> = {},
  disk: Partial<ConfigurationReading> = {},
  written: readonly string[] = [],
) {
  const service = make('service', { name: 'web', configuration: ['/etc/web'], ...wanted })
  const found = { unit: { ...running, ...unit }, configuration: { ...onDisk, ...disk } }
  return service.converge(found, { touches: ({ about }) => about.some((one) => written.includes(one)) })
    ?.summary
}

it.each([
  ['written before the last load', {}, {}, undefined],
  ['written in the second of the last load', {}, { changedAt: 1000 }, 'reload'],
  ['written after the last load', {}, { changedAt: 1001 }, 'reload'],
  ['of a unit that never loaded it', { loadedAt: 0 }, {}, 'reload'],
  ['not to be reloaded', { canReload: false }, { changedAt: 2000 }, 'restart'],
  ['of a failed unit', { active: 'failed' }, {}, 'start, it had failed'],
  ['of a unit that keeps dying', { active: 'activating', sub: 'auto-restart' }, {}, 'start'],
] as const)('takes a configuration %s for what it is', (_, unit, disk, expected) => {
  expect(decide({}, unit, disk)).toBe(expected)
})

it('predicts a load after an earlier change, and only where it runs', () => {
  expect(decide({}, {}, {}, ['file:/etc/web'])).toBe('reload')
  expect(decide({ on_change: 'restart' }, {}, {}, ['file:/etc/web'])).toBe('restart')
  expect(decide({}, { active: 'inactive' }, {}, ['file:/etc/web'])).toBe('start')
  expect(decide({ state: 'stopped' }, { active: 'inactive' }, {}, ['file:/etc/web'])).toBeUndefined()
})

it.each([
  ['the wanted one', '/opt/web/sbin/web', [], undefined],
  ['the one of a package', '/usr/sbin/web', [], 'restart'],
  ['a file that was replaced', '/opt/web/sbin/web (deleted)', [], 'restart'],
  ['one that is about to be replaced', '/opt/web/sbin/web', ['file:/opt/web/sbin/web'], 'restart'],
  ['one that nobody may know', undefined, [], undefined],
] as const)('restarts where it must run a program and runs %s', (_, path, written, expected) => {
  const program = '/opt/web/sbin/web'
  const wanted = make('service', { name: 'web', program })
  const process = path === undefined ? {} : { path }
  const change = wanted.converge(
    { unit: running, configuration: onDisk, running: process },
    { touches: ({ about }) => about.some((one) => (written as readonly string[]).includes(one)) },
  )
  expect(change?.summary).toBe(expected)
  if (expected) expect(change?.differences).toContainEqual(expect.objectContaining({ name: 'program' }))
})

it('does not take a service that loads nothing for stale', () => {
  expect(decide({ configuration: [] }, { loadedAt: 0 }, { changedAt: 0 })).toBeUndefined()
})

it('leaves units alone that have no say at boot', () => {
  for (const enabled of ['static', 'generated', 'indirect'])
    expect(decide({ enabled: true }, { enabled })).toBeUndefined()
  expect(decide({ enabled: true }, { enabled: 'enabled-runtime' })).toBe('enable')
  expect(decide({ enabled: false }, {})).toBe('disable')
  expect(decide({ enabled: false, state: 'stopped' }, {})).toBe('disable, stop')
})

it('knows what a restart of keepalived does to the VIP', () => {
  const stale = { unit: running, configuration: { ...onDisk, changedAt: 2000 } }
  const impact = (name: string, on_change: string) =>
    make('service', { name, configuration: ['/etc/x'], on_change }).converge(stale, { touches: () => false })
      ?.impact
  expect(impact('keepalived', 'restart')).toBe('failover')
  expect(impact('keepalived', 'reload')).toBe('reload')
  expect(impact('nginx', 'restart')).toBe('restart')
})

it.each([
  [
    'masked',
    { load: 'masked', active: 'inactive' },
    'cannot: web.service is masked: systemctl unmask web.service lets it start',
  ],
  [
    'diverted',
    { diverted: ['/etc/systemd/system/web.service.d/x.conf'] },
    'cannot: /etc/systemd/system/web.service.d/x.conf makes web.service run something else, or as somebody else: remove it, then systemctl daemon-reload',
  ],
  ['paused', { paused: true }, 'wake'],
  ['hanging', { active: 'activating', sub: 'start', activatingFor: 61 }, 'restart'],
  ['on its way', { active: 'activating', sub: 'start', activatingFor: 5 }, 'start'],
  ['reading another file', { commandLine: ['/usr/sbin/haproxy', '-Ws', '-f', '/tmp/other.cfg'] }, 'restart'],
] as const)('sees a unit that is %s', (_, unit, expected) => {
  expect(decide({}, unit)).toBe(expected)
})

describe('a service that takes the place of another', () => {
  const note = (owner: string) => ({
    is: 'read',
    bytes: new TextEncoder().encode(`${owner}\n`),
    size: 1,
    sha256: '',
  })
  const take = (owner: string, unit: Partial<UnitReading>) =>
    make('service', { name: 'haproxy', listens: [80], instead_of: ['nginx'], cluster: 'web' }).converge(
      {
        unit: { ...running, ...unit },
        configuration: onDisk,
        'port 80': [{ unit: 'nginx.service', enabled: 'enabled' }],
        'owner of nginx': note(owner),
        'unit nginx': running,
      },
      { touches: () => false },
    )

  it('has it stopped right before it starts, and nothing starts that one again', () => {
    const change = take('web', { active: 'inactive' })
    expect(change?.summary).toBe('start in the place of nginx.service')
    expect(change?.impact).toBe('restart')
    expect(change?.disturbs).toEqual(['unit:haproxy.service', 'unit:nginx.service'])
    const script = String(change?.script)
    const at = ['disable -q -- nginx.service', 'stop -- nginx.service', 'start -- haproxy.service'].map(
      (one) => script.indexOf(one),
    )
    expect(at.every((one) => one >= 0)).toBe(true)
    expect(at).toEqual(at.toSorted((a, b) => a - b))
  })

  it('stops none of another cluster, and none where it runs already', () => {
    expect(take('shop', { active: 'inactive' })?.summary).toContain(
      'cannot: port 80 is taken by nginx.service',
    )
    expect(take('web', {})).toBeUndefined()
  })
})

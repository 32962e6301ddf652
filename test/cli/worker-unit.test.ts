import { expect, it } from 'vitest'
import { type Started, unitOf } from '../../src/cli/fleet/unit.ts'

const lineOf = (unit: string, key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1]

const started = (more: Partial<Started> = {}): Started => ({
  fleet: 'web',
  site: 'berlin',
  words: [],
  folder: '/srv/keys',
  environment: {},
  ...more,
})

it('the unit of a worker starts it with the same words, which systemd takes as they are', () => {
  const words = ['--site', 'berlin', '--name', 'a b', '--key', '/k/50%', '--vault-password-file', '/x$Y"z']
  const { text } = unitOf(started({ words: [...words, '--unit', '--check', '--json'] }))
  const command = lineOf(text, 'ExecStart') ?? ''
  expect(
    command.endsWith('worker --site berlin --name "a b" --key /k/50%% --vault-password-file "/x$$Y\\"z"'),
  ).toBe(true)
})

it('the unit of a worker finds what its words name from where they were typed, and what the environment names', () => {
  const { text } = unitOf(
    started({
      folder: '/srv/50% keys',
      environment: { engine: 'nats://a:1, nats://b:1', credentials: 'b.seed' },
    }),
  )
  expect(lineOf(text, 'WorkingDirectory')).toBe('/srv/50%% keys')
  expect(lineOf(text, 'ExecStart')).toMatch(
    / --engine nats:\/\/a:1 --engine nats:\/\/b:1 --credentials b\.seed$/,
  )
})

it('workers of several fleets, and several of one site, have units and places of their own', () => {
  const units = [started(), started({ fleet: 'shop' }), started({ name: 'b2' })].map(unitOf)
  expect(units.map(({ name }) => name)).toEqual([
    'understudy-worker-web-berlin.service',
    'understudy-worker-shop-berlin.service',
    'understudy-worker-web-berlin-b2.service',
  ])
  expect(units.map(({ text }) => lineOf(text, 'StateDirectory'))).toEqual([
    'understudy-worker/web',
    'understudy-worker/shop',
    'understudy-worker/web',
  ])
})

it.each(['nats://ann:pw@h:1', 'tls://token@h', '--engine=nats://ann:pw@h:1'])(
  'the unit of a worker has no password in it: %s',
  (word) => {
    expect(() => unitOf(started({ words: ['--engine', word] }))).toThrow(/would in the unit/)
    expect(() => unitOf(started({ environment: { engine: word.replace('--engine=', '') } }))).toThrow(
      /would in/,
    )
  },
)

it('the unit of a worker lets it change nothing of its computer that it has no need to', () => {
  const { text } = unitOf(started())
  expect(lineOf(text, 'NoNewPrivileges')).toBe('yes')
  expect(lineOf(text, 'ProtectSystem')).toBe('full')
  // JavaScript is compiled while it runs: that must stay allowed.
  expect(lineOf(text, 'MemoryDenyWriteExecute')).toBeUndefined()
})

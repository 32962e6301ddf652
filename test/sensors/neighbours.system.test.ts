import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { neighbours, whoHasNow } from '../../src/sensors/neighbours.ts'
import { needs } from '../needs.ts'
import { openWorld, type World } from '../resources/world.ts'
import { ask, namedShells } from './ask.ts'

needs('dash', 'busybox', 'ip', 'worlds')

/** A segment with this host, 10.9.0.2 and 10.9.0.3, of which each holds 10.9.0.100 and fd09::100 too; arping and ping are busybox's. */
const segment = `set -eu
ip link add segment type bridge
ip link set segment up
for n in 2 3; do
  ip netns add "n$n"
  ip link add "v$n" type veth peer name eth0 netns "n$n"
  ip link set "v$n" master segment up
  ip -n "n$n" link set eth0 address "02:00:00:00:00:0$n" up
  ip -n "n$n" addr add "10.9.0.$n/24" dev eth0
  ip -n "n$n" addr add 10.9.0.100/32 dev eth0
  ip -n "n$n" addr add "fd09::$n/64" dev eth0 nodad
  ip -n "n$n" addr add fd09::100/128 dev eth0 nodad
done
ip addr add 10.9.0.1/24 dev segment
ip addr add fd09::1/64 dev segment nodad
ip route add 10.10.0.0/24 via 10.9.0.2
ip route add fd10::/64 via fd09::2
ip route add unreachable fd11::/64
# Their links need a moment.
n=0
until ping -c 1 -W 1 10.9.0.2 && ping -c 1 -W 1 10.9.0.3; do n=$((n + 1)); [ "$n" -lt 30 ]; done >/dev/null
`

describe.each(namedShells)('under %s', (name, command) => {
  let world: World

  beforeAll(() => {
    world = openWorld({ name, command, busyboxTools: true })
    const [program, ...words] = world.enter
    const made = spawnSync(program, words, { input: segment, encoding: 'utf8' })
    expect(made.stderr + made.status).toBe('0')
  })
  afterAll(() => world[Symbol.dispose]())

  it('sees every holder of each address, and tells where it cannot ask', async () => {
    const addresses = [
      '10.9.0.2',
      '10.9.0.100',
      '10.9.0.1',
      '10.10.0.1',
      '192.0.2.1',
      '10.9.0.3',
      '10.9.0.77',
    ]
    const [one, two, own, routed, unreachable, other, nobody] = await ask(world.enter, neighbours, addresses)
    expect(one).toEqual({ asked: true, answers: ['02:00:00:00:00:02'], thorough: true })
    expect(two?.asked && two.answers.toSorted()).toEqual(['02:00:00:00:00:02', '02:00:00:00:00:03'])
    expect(own).toEqual({ asked: false, why: 'the address is its own' })
    expect(routed).toEqual({ asked: false, why: 'it is reached through a router' })
    expect(unreachable).toEqual({ asked: false, why: expect.stringMatching(/unreachable/i) })
    expect(other).toEqual({ asked: true, answers: ['02:00:00:00:00:03'], thorough: true })
    expect(nobody).toEqual({ asked: true, answers: [], thorough: true })
  })

  it('asks once where somebody waits', async () => {
    const { sensor } = whoHasNow('10.9.0.2')
    const [one, nobody, six] = await ask(world.enter, sensor, ['10.9.0.2', '10.9.0.77', 'fd09::3'])
    expect(one).toEqual({ asked: true, answers: ['02:00:00:00:00:02'], thorough: true })
    expect(nobody).toEqual({ asked: true, answers: [], thorough: true })
    expect(six).toEqual({ asked: true, answers: ['02:00:00:00:00:03'], thorough: true })
  })

  it('does the same over IPv6', async () => {
    const addresses = ['fd09::2', 'fd09::100', 'fd09::1', 'fd10::1', 'fd11::1', 'fd09::77', '::1', '10.9.0.3']
    const read = await ask(world.enter, neighbours, addresses)
    const [one, two, own, routed, unreachable, nobody, loopback, four] = read
    expect(one).toEqual({ asked: true, answers: ['02:00:00:00:00:02'], thorough: true })
    expect(two?.asked && two.answers.toSorted()).toEqual(['02:00:00:00:00:02', '02:00:00:00:00:03'])
    expect(own).toEqual({ asked: false, why: 'the address is its own' })
    expect(routed).toEqual({ asked: false, why: 'it is reached through a router' })
    expect(unreachable).toEqual({ asked: false, why: expect.stringMatching(/unreachable|no route/i) })
    expect(nobody).toEqual({ asked: true, answers: [], thorough: true })
    expect(loopback).toEqual({ asked: false, why: 'the address is its own' })
    expect(four).toEqual({ asked: true, answers: ['02:00:00:00:00:03'], thorough: true })
  })

  it('asks by arping where there is no Perl, and by the neighbour table over IPv6', async () => {
    world.run('ln -sf /bin/false /usr/local/sbin/perl')
    const [by, two] = await ask(world.enter, neighbours, ['10.9.0.2', '10.9.0.100'])
    expect(by).toEqual({ asked: true, answers: ['02:00:00:00:00:02'], thorough: true })
    expect(two?.asked && two.answers.toSorted()).toEqual(['02:00:00:00:00:02', '02:00:00:00:00:03'])
    const [six, both, none] = await ask(world.enter, neighbours, ['fd09::3', 'fd09::100', 'fd09::77'])
    expect(six).toEqual({ asked: true, answers: ['02:00:00:00:00:03'], thorough: false })
    expect(both?.asked && both.answers.length).toBeGreaterThan(0)
    expect(none).toEqual({ asked: true, answers: [], thorough: false })
  })

  it('asks by the neighbour table where there is neither', async () => {
    world.run('rm /usr/local/sbin/arping')
    const [one, two, nobody] = await ask(world.enter, neighbours, ['10.9.0.2', '10.9.0.100', '10.9.0.77'])
    expect(one).toEqual({ asked: true, answers: ['02:00:00:00:00:02'], thorough: false })
    expect(two?.asked && two.answers.length).toBeGreaterThan(0)
    expect(nobody).toEqual({ asked: true, answers: [], thorough: false })
  })
})

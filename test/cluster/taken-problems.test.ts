import { expect, it } from 'vitest'
import { takenProblems, unheldAddresses } from '../../src/cluster/index.ts'
import type { Facts } from '../../src/model/facts.ts'
import { clusterOf, factsWith, healthy, machines } from './inventory.ts'

const usual: Readonly<Record<string, Facts>> = {
  d1: factsWith('eth0 10.77.0.11/24'),
  d2: factsWith('eth0 10.77.0.12/24'),
  rs1: factsWith('eth0 10.77.0.21/24', 'lo 10.77.0.100/32'),
}
const vips = [{ address: '10.77.0.100', also: ['10.77.0.101', 'fd00::100'], vrid: 77 }]
const nat = { gateway: '10.77.0.99' }
const told = machines({ ...healthy, vips, services: [{ port: 80, forwarding: 'nat' }], nat })

const unheld = (changed: Readonly<Record<string, Facts>>, members = told, left = usual) =>
  unheldAddresses(clusterOf(members), new Map(Object.entries({ ...left, ...changed })))
const asked = (...all: Parameters<typeof unheld>) =>
  unheld(...all).map(({ asker, address }) => `${asker} ${address}`)

it('asks for what no director has yet, whoever carries it on lo, where a director is in its network', () => {
  expect(asked({})).toEqual(['d1 10.77.0.100', 'd1 10.77.0.101', 'd1 10.77.0.99'])
  const six = factsWith('eth0 10.77.0.12/24', 'eth0 10.77.0.100/24', 'eth0 fd00::12/64')
  expect(asked({ d2: six })).toEqual(['d1 10.77.0.101', 'd2 fd00::100', 'd1 10.77.0.99'])
})

it('asks for nothing while a director may have it that could not be asked, or a peer', () => {
  const { d1, rs1 } = usual
  expect(asked({}, told, { ...(d1 && { d1 }), ...(rs1 && { rs1 }) })).toEqual([])
  const peers = [{ name: 'router', address: '10.77.0.13', priority: 110 }]
  expect(asked({}, machines({ ...healthy, vips, vrrp: { peers } }))).toEqual([])
})

it('does not ask for what a machine has that is no director any more', () => {
  expect(asked({ retired: factsWith('eth0 10.77.0.100/24') })).toEqual(['d1 10.77.0.101', 'd1 10.77.0.99'])
})

it('names who else answers, by the MAC address', () => {
  const [vip] = unheld({})
  const found = (...answers: readonly string[]) =>
    vip ? takenProblems(vip, { to: answers, toBeside: [] }, new Map(Object.entries(usual))) : []
  const own = usual.d2?.interfaces.eth0?.mac ?? ''
  expect(found()).toEqual([])
  expect(found(own)).toEqual([])
  expect(found(own, '02:00:00:00:0b:ad')).toMatchObject([
    {
      rule: 'facts-vip-taken',
      severity: 'error',
      message: expect.stringMatching(/^02:00:00:00:0b:ad answered when d1 .* the VIP 10\.77\.0\.100, /),
      host: 'd1',
      path: ['cluster', 'vips', 0, 'address'],
    },
  ])
  expect(found('00:00:5e:00:01:33')[0]?.message).toMatch(/^00:00:5e:00:01:33, .* vrid 51, answered/)
})

it('warns of who answers for a director, too: that is no holder, but one that answers for everybody', () => {
  const [vip] = unheld({})
  expect(vip?.beside).toBe('10.77.0.12')
  const found = (to: readonly string[], toBeside: readonly string[]) =>
    vip
      ? takenProblems(vip, { to, toBeside }, new Map(Object.entries(usual))).map(({ rule }) => rule)
      : undefined
  const [router, stranger] = ['02:00:00:00:00:fe', '02:00:00:00:0b:ad']
  const own = usual.d2?.interfaces.eth0?.mac ?? ''
  expect(found([router], [own, router])).toEqual(['facts-vip-proxied'])
  expect(found([router, stranger], [own, router])).toEqual(['facts-vip-taken', 'facts-vip-proxied'])
  expect(found([stranger], [own])).toEqual(['facts-vip-taken'])
})

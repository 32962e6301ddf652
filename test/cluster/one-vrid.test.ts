import { expect, it } from 'vitest'
import { complaint, complaints } from './complaints.ts'
import { clusterOf, healthy, machines } from './inventory.ts'

const outer = { address: '10.77.0.100', vrid: 51 }
const inner = { address: '192.168.9.100', vrid: 51 }
const told = (vips: readonly object[], more: object = {}) => machines({ ...healthy, vips, ...more })
const instances = (vips: readonly object[]) => clusterOf(told(vips)).vips.map(({ instance }) => instance)

it('VIPs of one VRID are apart where each has its own interface, or another family', () => {
  const apart = [
    { ...outer, interface: 'eth0' },
    { ...inner, interface: 'eth1' },
  ]
  expect(complaints(told(apart))).toEqual([])
  expect(instances(apart)).toEqual(['VI_51', 'VI_51_2'])
  const families = [outer, { address: '2001:db8::100', vrid: 51 }]
  expect(instances(families)).toEqual(['VI_51', 'VI_51_2'])
  expect(instances([{ ...outer, name: 'outside' }, inner])).toEqual(['outside', 'VI_51'])
})

it('otherwise they are refused, as directors could not tell them apart', () => {
  expect(complaint(told([outer, inner]))).toMatchObject({
    severity: 'error',
    message: expect.stringContaining('share the vrid 51: their directors would take them for one'),
  })
})

it('services of several ports need a VRID of their own: their marks are made of it', () => {
  const services = [{ port: 80, also: [443], persistence_timeout: 60 }]
  const apart = [
    { ...outer, interface: 'eth0', services },
    { ...inner, interface: 'eth1', services },
  ]
  expect(complaint(told(apart, { balancer: 'ipvs' }))?.message).toContain('the marks on their packets')
  const one = [apart[0] ?? outer, { ...inner, interface: 'eth1', services: [{ port: 80 }] }]
  expect(complaints(told(one, { balancer: 'ipvs' })).map(({ message }) => message)).not.toContainEqual(
    expect.stringContaining('vrid'),
  )
})

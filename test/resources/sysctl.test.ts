import { expect, it } from 'vitest'
import { sysctlPath } from '../../src/sensors/sysctls.ts'

it.each([
  ['net.ipv4.ip_forward', 'net/ipv4/ip_forward'],
  ['net.ipv4.conf.eth0/100.arp_ignore', 'net/ipv4/conf/eth0.100/arp_ignore'],
  ['net/ipv4/conf/eth0.100/arp_ignore', 'net/ipv4/conf/eth0.100/arp_ignore'],
])('finds %s below /proc/sys', (name, path) => {
  expect(sysctlPath(name)).toBe(path)
})

import { expect, it } from 'vitest'
import { sysctlPath } from '../../src/sensors/sysctls.ts'
import { make } from './run.ts'

it.each([
  ['net.ipv4.ip_forward', 'net/ipv4/ip_forward'],
  ['net.ipv4.conf.eth0/100.arp_ignore', 'net/ipv4/conf/eth0.100/arp_ignore'],
  ['net/ipv4/conf/eth0.100/arp_ignore', 'net/ipv4/conf/eth0.100/arp_ignore'],
])('finds %s below /proc/sys', (name, path) => {
  expect(sysctlPath(name)).toBe(path)
})

const ours = '/etc/sysctl.d/99-zz-understudy.conf'

it.each([
  ['is left alone where it was never set', '1', [], undefined],
  ['is left alone where somebody else set it', '1', [['/etc/sysctl.d/50-x.conf', '1']], undefined],
  ['gets its usual value again', '1', [[ours, '1']], 'no longer set, 0 again'],
  [
    'gets what another file says',
    '2',
    [
      ['/etc/sysctl.d/50-x.conf', '1'],
      [ours, '2'],
    ],
    'no longer set, 1 again',
  ],
  ['that has that value already is only forgotten', '0', [[ours, '1']], 'no longer set at boot'],
  ['that the kernel no longer has is only forgotten', undefined, [[ours, '1']], 'no longer set at boot'],
] as const)('a setting of an earlier shape %s', (_, live, atBoot, summary) => {
  const change = make('former_setting', { name: 'net.ipv4.ip_forward', otherwise: 0 }).converge(
    {
      setting: {
        ...(live === undefined ? {} : { live }),
        atBoot: atBoot.map(([file, value]) => ({ file, value })),
      },
      at: { type: 'file', mode: '0644', owner: 'root', group: 'root', uid: 0, gid: 0, size: 0 },
    },
    { touches: () => false },
  )
  expect(change?.summary).toBe(summary)
})

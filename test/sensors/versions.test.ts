import { expect, it } from 'vitest'
import { versions } from '../../src/sensors/versions.ts'

it('reads what the programs and the package manager say', () => {
  const output = `# 0
Keepalived v2.2.7 (01/16,2022)

Copyright(C) 2001-2022 Alexandre Cassen, <acassen@gmail.com>
# 1
Can't initialize ipvs: Protocol not available
Are you sure that IP Virtual Server 1.2 is built in the kernel or as module?
# 3
HAProxy version 2.6.12-1+deb12u2 2025/04/17 - https://haproxy.org/
# 4
Server version: Apache/2.4.62 (Debian)
# 6
tomcat10-common 10.1.6-1
tomcat10 10.1.34-0+deb12u2
`
  expect([...(versions.read(output, ['']).get('') ?? [])]).toEqual([
    ['keepalived', '2.2.7'],
    ['haproxy', '2.6.12'],
    ['apache2', '2.4.62'],
    ['tomcat', '10.1.34'],
  ])
})

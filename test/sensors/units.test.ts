import { expect, it } from 'vitest'
import { units } from '../../src/sensors/units.ts'

const output = `
Id=nginx.service
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
MainPID=42
InvocationID=aaaa
ExecMainStartTimestamp=Sat 2026-11-21 03:50:57 UTC
ActiveEnterTimestamp=Sat 2026-11-21 03:50:58 UTC
NeedDaemonReload=no
DropInPaths=/etc/systemd/system/nginx.service.d/a.conf
CanReload=yes
#
Id=foo.service
LoadState=not-found
ActiveState=inactive
ExecMainStartTimestamp=

loaded 0 aaaa ffff

amended 0 /etc/systemd/system/nginx.service.d/a.conf
`

it('reads units in the order asked, with the note of the last load', () => {
  const [nginx, foo] = units.read(output, ['nginx', 'foo']).values()
  expect(nginx).toEqual({
    systemd: true,
    load: 'loaded',
    active: 'active',
    sub: 'running',
    enabled: 'enabled',
    mainPid: 42,
    invocation: 'aaaa',
    startedAt: Date.UTC(2026, 10, 21, 3, 50, 57) / 1000,
    needDaemonReload: false,
    canReload: true,
    loaded: { invocation: 'aaaa', fingerprint: 'ffff' },
  })
  expect(foo).toMatchObject({ load: 'not-found', needDaemonReload: false })
})

it('sees an amendment that systemd has not read', () => {
  const more = `${output}\namended 0 /etc/systemd/system/nginx.service.d/b.conf\n`
  expect(units.read(more, ['nginx']).get('nginx')?.needDaemonReload).toBe(true)
})

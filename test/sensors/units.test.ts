import { expect, it } from 'vitest'
import { units } from '../../src/sensors/units.ts'

const output = `
Id=nginx.service
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
MainPID=42
ExecMainStartTimestamp=Sat 2026-11-21 03:50:57 UTC
ActiveEnterTimestamp=Sat 2026-11-21 03:50:58 UTC
NeedDaemonReload=no
DropInPaths=/etc/systemd/system/nginx.service.d/a.conf
CanReload=yes

Id=foo.service
LoadState=not-found
ActiveState=inactive
ExecMainStartTimestamp=

# more
uptime 1000
# runs 42
nginx: master process /usr/sbin/nginx

# more
stopped 0::/system.slice/foo.service 
amended 0 /etc/systemd/system/nginx.service.d/a.conf
`

it('reads units in the order asked, with the time of the last load', () => {
  const [nginx, foo] = units.read(output, ['nginx', 'foo']).values()
  expect(nginx).toEqual({
    systemd: true,
    load: 'loaded',
    active: 'active',
    sub: 'running',
    enabled: 'enabled',
    mainPid: 42,
    loadedAt: Date.UTC(2026, 10, 21, 3, 50, 57) / 1000,
    needDaemonReload: false,
    canReload: true,
    paused: false,
    activatingFor: 0,
    commandLine: ['nginx: master process /usr/sbin/nginx'],
    diverted: [],
  })
  expect(foo).toMatchObject({ load: 'not-found', needDaemonReload: false, paused: true })
})

it('sees an amendment that systemd has not read', () => {
  const more = `${output}\namended 0 /etc/systemd/system/nginx.service.d/b.conf\n`
  expect(units.read(more, ['nginx']).get('nginx')?.needDaemonReload).toBe(true)
})

const command = (start: string, status = 'code=exited ; status=0') =>
  `ExecReload={ path=/bin/kill ; argv[]=/bin/kill -HUP $MAINPID ; ignore_errors=no ; start_time=[${start}] ; stop_time=[n/a] ; pid=7 ; ${status} }`
const well = 'ReloadResult=success\nStateChangeTimestamp=Sat 2026-11-21 04:00:09 UTC'

it.each([
  [
    'a reload, from when it began',
    `${command('Sat 2026-11-21 04:00:02 UTC')}\n${command('Sat 2026-11-21 04:00:03 UTC')}\n${well}`,
    '04:00:02',
  ],
  [
    'a reload that systemd has forgotten, from its end',
    `${command('n/a', 'code=(null) ; status=0/0')}\n${well}`,
    '04:00:09',
  ],
  ['a reload without commands, from its end', well, '04:00:09'],
  [
    'no reload whose command failed',
    `${command('Sat 2026-11-21 04:00:02 UTC', 'code=exited ; status=1')}\n${well}`,
    '03:50:57',
  ],
  [
    'no reload that failed and is forgotten',
    'ReloadResult=exit-code\nStateChangeTimestamp=Sat 2026-11-21 04:00:09 UTC',
    '03:50:57',
  ],
] as const)('counts %s', (_, lines, time) => {
  const text = output.replace('CanReload=yes', `CanReload=yes\n${lines}`)
  expect(units.read(text, ['nginx']).get('nginx')?.loadedAt).toBe(Date.parse(`2026-11-21T${time}Z`) / 1000)
})

it.each([
  ['WantedBy=multi-user.target', 'generated'],
  ['WantedBy=', 'disabled'],
])('takes a script of /etc/init.d with %s for %s', (wanted, enabled) => {
  const text = `
Id=old.service
LoadState=loaded
ActiveState=active
UnitFileState=generated
SourcePath=/etc/init.d/old
${wanted}
RequiredBy=

# more
uptime 1000

# more
`
  expect(units.read(text, ['old']).get('old')?.enabled).toBe(enabled)
})

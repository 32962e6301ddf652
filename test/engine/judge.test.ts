import { expect, it } from 'vitest'
import { judge, pendingOf } from '../../src/engine/judge.ts'
import { Pendings } from '../../src/engine/pendings.ts'
import type { Resource } from '../../src/model/resource.ts'
import { directory } from '../../src/resources/directory.ts'
import { ipvsTableKind } from '../../src/resources/ipvs-table.ts'
import { ipvsSynchronization } from '../../src/sensors/ipvs.ts'
import { runningCheckers } from '../../src/sensors/keepalived.ts'

const wanted = ipvsTableKind.schema.parse({ name: 'web', addresses: ['192.0.2.100'] })
const found = {
  keepalived: {
    answers: true,
    services: [],
    table: { readable: false, why: 'ipvsadm is not installed' },
  },
  told: { tells: undefined, hears: undefined },
}
const table: Resource = {
  id: 'ipvs_table[web]',
  title: 'the table',
  queries: { keepalived: runningCheckers, told: ipvsSynchronization },
  converge: (readings, upcoming) =>
    ipvsTableKind.converge(wanted, readings as typeof found & never, upcoming),
  options: { noLog: false, ignoreErrors: false, environment: {}, always: false },
}

it('what cannot be found out as a package is missing is unknown until that is there, and refused where nobody brings it', () => {
  expect(judge(table, found, new Pendings(), false)).toMatchObject({
    is: 'change',
    change: { summary: expect.stringContaining('cannot: whether the IPVS table is right is unknown') },
  })
  const pending = new Pendings()
  pending.add({ id: 'package[ipvsadm]', disturbs: 'everything' })
  expect(judge(table, found, pending, false)).toEqual({ is: 'unknown', after: 'package[ipvsadm]' })
})

it('what an earlier task makes is not planned once more, unless something alters it in between', () => {
  const wanted = directory.schema.parse({ path: '/srv/a', owner: 'root', group: 'root', mode: '0755' })
  const resource: Resource = {
    id: 'directory[/srv/a]',
    title: 'a folder',
    queries: directory.inspect(wanted),
    converge: (readings, upcoming) => directory.converge(wanted, readings as never, upcoming),
    options: { noLog: false, ignoreErrors: false, environment: {}, always: false },
  }
  const readings = { at: { type: 'absent', maker: { owner: 'root', uid: 0, group: 'root', gid: 0 } } }
  const pending = new Pendings()
  const first = judge(resource, readings, pending, false)
  expect(first).toMatchObject({ is: 'change', change: { summary: 'create' } })
  for (const one of pendingOf(resource, first)) pending.add(one)
  pending.add({ id: 'template[/srv/a/b]', disturbs: ['file:/srv/a/b'] })
  expect(judge(resource, readings, pending, false)).toEqual({
    is: 'provisional',
    expected: undefined,
    after: 'directory[/srv/a]',
  })
  pending.add({ id: 'file[/srv/a]', disturbs: ['file:/srv/a'] })
  expect(judge(resource, readings, pending, false)).toMatchObject({ expected: { summary: 'create' } })
})

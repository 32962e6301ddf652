import { expect, it } from 'vitest'
import { users } from '../../src/sensors/accounts.ts'

const read = (identity: string) =>
  users.read(`passwd:web:x:997:996:The web:/srv/web:/bin/sh\ngroups:web:${identity}\n`, ['web']).get('web')

it.each([
  ['uid=997(web) gid=996(pages) groups=996(pages)', 'pages', []],
  [
    'uid=997(web) gid=996(pages) groups=996(pages),27(sudo),1200(domain users)',
    'pages',
    ['sudo', 'domain users'],
  ],
  // Numbers without a name, as of a group that was removed.
  ['uid=997(web) gid=996 groups=996,27(sudo),1234', '996', ['sudo', '1234']],
  ['', '', []],
])('reads the groups of %j', (identity, group, groups) => {
  expect(read(identity)).toMatchObject({ uid: 997, gid: 996, group, groups })
})

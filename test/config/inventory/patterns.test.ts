import { describe, expect, it } from 'vitest'
import { matchHosts } from '../../../src/config/inventory/index.ts'
import { loaded } from './written.ts'

const files = {
  hosts: `lone
10.0.0.9
[site:children]
web
db
[web]
rs[1:4]
[db]
db1
rs2
`,
}

/** What ansible --list-hosts answers, in its order. */
const matches: readonly (readonly [string, string])[] = [
  ['all', 'lone 10.0.0.9 rs1 rs2 rs3 rs4 db1'],
  ['*', 'lone 10.0.0.9 rs1 rs2 rs3 rs4 db1'],
  ['web', 'rs1 rs2 rs3 rs4'],
  ['site', 'rs1 rs2 rs3 rs4 db1'],
  ['db:web', 'db1 rs2 rs1 rs3 rs4'],
  ['db, web', 'db1 rs2 rs1 rs3 rs4'],
  ['web:!db', 'rs1 rs3 rs4'],
  ['!db:web', 'rs1 rs3 rs4'],
  ['web:&db', 'rs2'],
  ['&db', 'rs2 db1'],
  ['!web', 'lone 10.0.0.9 db1'],
  ['site:!web:!db1', ''],
  ['web[0]', 'rs1'],
  ['web[-1]', 'rs4'],
  ['web[1:2]', 'rs2 rs3'],
  ['web[1-2]', 'rs2 rs3'],
  ['web[2:]', 'rs3 rs4'],
  ['web[0:0]', 'rs1'],
  ['web[0]:db[0]', 'rs1 db1'],
  ['rs?', 'rs1 rs2 rs3 rs4'],
  ['rs[13]*', 'rs1 rs3'],
  ['rs[!13]*', 'rs2 rs4'],
  ['*.0.0.9', '10.0.0.9'],
  ['~rs[12]$', 'rs1 rs2'],
  ['~(lone|db)', 'db1 rs2 lone'],
  ['ungrouped', 'lone 10.0.0.9'],
]

describe('a pattern of hosts', () => {
  it.each(matches)('%s means %s', async (pattern, hosts) => {
    const { inventory } = await loaded(files)
    expect(matchHosts(pattern, inventory).join(' ')).toBe(hosts)
  })

  it.each([
    ['wbe', 'site.yaml:3:10: no host or group is called "wbe"\n  → did you mean "web"?'],
    ['web:!dbs', 'site.yaml:3:10: no host or group is called "dbs"\n  → did you mean "db"?'],
    [
      'zz*',
      'site.yaml:3:10: no host or group matches "zz*"\n  → known here: all, ungrouped, site, web, db, lone, 10.0.0.9, rs1, rs2, rs3, rs4, db1',
    ],
    [
      'web[7]',
      'site.yaml:3:10: "web[7]" means no host: web has 4\n  → positions count from 0; write for example web[0], web[-1] or web[0:2]',
    ],
    [
      'localhost',
      'site.yaml:3:10: no host or group is called "localhost"\n  → add it to the inventory, with ansible_connection: local',
    ],
    ['', 'site.yaml:3:10: the pattern for hosts is empty\n  → write "all" for every host'],
  ])('%j that means nothing is told with what was meant', async (pattern, message) => {
    const { inventory } = await loaded(files)
    expect(() => matchHosts(pattern, inventory, { file: 'site.yaml', line: 3, col: 10 })).toThrow(
      message.replace('\n', ' [inventory-pattern]\n'),
    )
  })

  it('that is no regular expression is told', async () => {
    const { inventory } = await loaded(files)
    expect(() => matchHosts('~rs(', inventory)).toThrow('"~rs(" is no regular expression')
  })
})

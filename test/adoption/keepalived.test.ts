import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Adoption } from '../../src/adoption/combine.ts'
import {
  combine,
  type Includes,
  inventoryText,
  type KeepalivedHost,
  readBlocks,
  readHost,
} from '../../src/adoption/index.ts'
import { explicit } from '../../src/adoption/keepalived/virtual-servers.ts'
import { withoutComments } from '../../src/adoption/vips.ts'
import { clusterVariables } from '../../src/cluster/index.ts'
import { loadMachines } from '../../src/config/index.ts'
import { factsWith, knowing } from '../cluster/inventory.ts'
import { render } from '../cluster/rendered.ts'
import { type Handmade, handmade } from './configurations.ts'

const folder = mkdtempSync(join(tmpdir(), 'understudy-adoption-'))
afterAll(() => rmSync(folder, { recursive: true }))

const path = '/etc/keepalived/keepalived.conf'
const names = ['d1', 'd2'] as const

/** What one of the two was told. */
const of = (text: string, name: (typeof names)[number]) =>
  text.replaceAll(/«([^|»]*)\|([^»]*)»/g, (_, one: string, other: string) => (name === 'd1' ? one : other))

function read(text: string, includes: Includes = new Map(), configId = 'd1'): KeepalivedHost {
  const blocks = readBlocks({ main: { path, text }, includes, configId })
  expect(blocks.wanted).toEqual([])
  return readHost(blocks)
}

function hostsOf({ conf, files = {} }: Handmade): ReadonlyMap<string, KeepalivedHost> {
  return new Map(
    names.map((name) => {
      const included = Object.entries(files).map(([file, text]) => ({ path: file, text: of(text, name) }))
      return [name, read(of(conf, name), new Map([['/etc/keepalived/conf.d/*.conf', included]]), name)]
    }),
  )
}

function adopted(one: Handmade): Adoption {
  const directors = [...hostsOf(one)].map(([name, keepalived], index) => ({
    name,
    connection: `10.77.0.1${index + 1}`,
    keepalived,
    proxies: [],
    hasScriptUser: false,
    pems: new Map<string, string>(),
    addresses: [`10.77.0.1${index + 1}`],
    networks: [`10.77.0.1${index + 1}/24`, `10.88.0.1${index + 1}/24`],
  }))
  return combine('web', directors, [])
}

const written = (adoption: Adoption) =>
  inventoryText(adoption, { files: new Map([['d1', [path]]]), connections: new Map(), vars: {} })

/** What an inventory says, in the words of the cluster; and what our template makes of it. */
async function rendered(text: string, name: string): Promise<string> {
  const file = join(folder, 'hosts.yaml')
  writeFileSync(file, text)
  const { clusters } = await loadMachines({ inventory: [file], extraVars: [] })
  const facts = Object.fromEntries([
    ...names.map((host, index) => [
      host,
      factsWith(`eth0 10.77.0.1${index + 1}/24`, `eth1 10.88.0.1${index + 1}/24`),
    ]),
    ...[21, 22, 23].map((last) => [`rs${last - 20}`, factsWith(`eth0 10.77.0.${last}/24`)]),
  ])
  return render('keepalived.conf.hbs', clusterVariables(clusters, knowing(facts), name))
}

/** What counts for clients of a cluster. */
function essence({ instances, servers, groups }: KeepalivedHost): object {
  return {
    instances: instances.map(
      ({ name, vrid, priority, version, advertInterval, addresses, interface: device, carrier, peers }) => ({
        ...{ name, vrid, version, advertInterval, device, carrier, peers },
        priority,
        addresses: addresses
          .map(({ statement }) => `${statement.keyword}${/\//.test(statement.keyword) ? '' : '/32'}`)
          .toSorted(),
      }),
    ),
    groups: [...groups],
    servers: servers
      .map(({ adopted: own, statement }) =>
        own ? { ...own, extra: own.extra.map(withoutComments) } : withoutComments(explicit(statement)),
      )
      .map((one) => JSON.stringify(one))
      .toSorted(),
  }
}

describe('a keepalived.conf that somebody wrote', () => {
  it.each(handmade)('$what: becomes an inventory, and that the same configuration', async (one) => {
    const adoption = adopted(one)
    const text = written(adoption)
    expect(parse(text).all.vars.cluster).toMatchObject({ balancer: one.balancer, ...one.words })
    for (const kept of one.kept ?? []) expect(text).toContain(kept)
    for (const said of one.said ?? []) expect(text).not.toContain(said)
    expect(adoption.contradictions).toEqual([])
    const before = hostsOf(one)
    for (const name of names) {
      const conf = await rendered(text, name)
      for (const kept of [...(one.kept ?? []), ...(one.said ?? [])]) expect(conf).toContain(kept)
      expect(essence(read(conf, undefined, name))).toEqual(essence(before.get(name) as KeepalivedHost))
    }
  })
})

describe('what is said of a keepalived.conf', () => {
  const both = (conf: string) => adopted({ what: '', conf, balancer: 'none' })
  const vrrp = (lines: string) => `vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority «100|90»
    virtual_ipaddress {
        10.77.0.100
    }
    ${lines}
}
`

  it('names what two directors say differently, on both', () => {
    const { contradictions } = both(`${vrrp('')}
vrrp_instance VI_2 {
    interface eth0
    virtual_router_id 52
    virtual_ipaddress {
        10.77.0.1«01|02»
    }
}
virtual_server 10.77.0.100 80 {
    lb_algo «rr|wrr»
    real_server 10.77.0.21 80 {
        TCP_CHECK {
        }
    }
}
virtual_server 10.77.0.100 81«|0» {
}
`)
    expect(contradictions.map(({ message, host, at }) => `${host}:${at?.line}: ${message}`)).toEqual([
      'd2:11: VI_2 (virtual_router_id 52) has 10.77.0.102/32, and on d1:/etc/keepalived/keepalived.conf:11 10.77.0.101/32',
      'd2:18: virtual_server 10.77.0.100 80 is not the same as on d1:/etc/keepalived/keepalived.conf:18, which is written for all',
      'd2:25: virtual_server 10.77.0.100 810 is not on d1',
      'd1:25: virtual_server 10.77.0.100 81 is missing on d2',
    ])
  })

  const translating = `vrrp_sync_group both {
    group {
        outside
        inside
    }
}
vrrp_instance inside {
    interface eth1
    virtual_router_id 52
    priority «100|90»
    virtual_ipaddress {
        10.88.0.1
    }
}
vrrp_instance outside {
    interface eth0
    virtual_router_id 51
    priority «100|90»
    virtual_ipaddress {
        10.77.0.100/24
        10.77.0.99/24
    }
}
virtual_server 10.77.0.100 80 {
    lb_kind NAT
    real_server 10.88.0.21 80 {
        TCP_CHECK {
        }
    }
}
`

  it('finds the gateway of what is translated in the network of the realservers, where it is an instance of its own', () => {
    const { cluster, remarks } = both(translating)
    expect(cluster).toMatchObject({
      nat: { gateway: '10.88.0.1' },
      vips: [{ name: 'outside', address: '10.77.0.100/24' }],
    })
    expect((cluster.vips as object[])[0]).not.toHaveProperty('together')
    expect(remarks.map(({ message, host, at }) => `${host}:${at?.line}: ${message}`)).toContain(
      'd1:7: inside is left out with what else it says: its 10.88.0.1 is the gateway of realservers, and moves with outside from now on',
    )
  })

  it('takes for the gateway what realservers that were named have as theirs, and asks where it cannot know', () => {
    const two = translating.replace('10.88.0.1\n', '10.88.0.1/24\n        10.88.0.2/24\n')
    const directors = [...hostsOf({ what: '', conf: two, balancer: 'ipvs' })].map(([name, keepalived]) => ({
      ...{
        name,
        connection: name,
        keepalived,
        proxies: [],
        hasScriptUser: false,
        pems: new Map<string, string>(),
        addresses: [],
        networks: [],
      },
    }))
    const leading = (...to: readonly string[]) => {
      const routes = [...to.map((one) => ({ to: one, via: '10.88.0.2' })), { to: '::/0', via: 'fe80::1' }]
      const named = { name: 'rs', connection: '10.88.0.21', addresses: [], routes }
      return combine('web', directors, [named]).cluster.nat
    }
    expect(leading('0.0.0.0/0')).toEqual({ gateway: '10.88.0.2' })
    const clients = ['192.0.2.0/24', '198.51.100.7/32']
    expect(leading(...clients)).toEqual({ gateway: '10.88.0.2', clients })
    const { cluster, remarks } = combine('web', directors, [])
    expect(cluster).not.toHaveProperty('nat')
    expect(remarks.map(({ message }) => message).join('\n')).toContain(
      'more than one moving address may be their gateway: write nat: { gateway: … } into cluster',
    )
  })

  it('leaves out what keepalived does not read, and says so', () => {
    const text = vrrp(`virtual_server 10.77.0.100 80 {
        persistence_timeout50
    }`)
    const inside = read(of(text, 'd1'))
    expect(inside.instances[0]?.rest).toEqual([])
    expect(inside.remarks.map(({ message }) => message)).toEqual([
      'virtual_server stands inside of a vrrp_instance, where keepalived does not read it: a brace is missing before it',
    ])
    const unknown = readHost(
      readBlocks({ main: { path, text: vrrp('nat_mask 255.0.0.0') }, includes: new Map(), configId: 'd1' }),
      [{ file: path, line: 8 }],
    )
    expect(unknown.instances[0]?.rest).toEqual([])
    expect(unknown.remarks).toEqual([
      { message: 'keepalived does not know nat_mask here: left out', at: { file: path, line: 8 } },
    ])
  })

  it('reads what does not match as far as it goes', () => {
    const { remarks, statements } = readBlocks({
      main: { path, text: 'a {\n  b 1\n}\n}\nc{\n  "d e" \'f g\' h"i j"\n' },
      includes: new Map(),
      configId: 'd1',
    })
    expect(remarks.map(({ message, at }) => `${at?.line}: ${message}`)).toEqual([
      '4: a closing brace too many',
      '5: the block c is never closed',
    ])
    expect(statements[1]?.block?.[0]).toMatchObject({ keyword: 'd e', values: ['f g', 'hi j'] })
  })

  it('asks for the files that it includes, from where they are included', () => {
    const main = { path, text: 'include conf.d/*.conf\nincludea /srv/other.conf\n' }
    expect(readBlocks({ main, includes: new Map(), configId: 'd1' }).wanted).toEqual([
      '/etc/keepalived/conf.d/*.conf',
      '/srv/other.conf',
    ])
    const first = [{ path: '/etc/keepalived/conf.d/a.conf', text: 'include b/c.conf' }]
    const includes = new Map([
      ['/etc/keepalived/conf.d/*.conf', first],
      ['/srv/other.conf', []],
    ])
    expect(readBlocks({ main, includes, configId: 'd1' }).wanted).toEqual(['/etc/keepalived/conf.d/b/c.conf'])
  })

  it('includes what is for this machine, by names that are replaced', () => {
    const text = ['$DIR=conf.d', '@d1 include $', '{DIR}/d1.conf\n@d2 include d2.conf\n']
    const main = { path, text: `${text.slice(0, 2).join('\n')}${text[2]}` }
    expect(readBlocks({ main, includes: new Map(), configId: 'd1' }).wanted).toEqual([
      '/etc/keepalived/conf.d/d1.conf',
    ])
  })

  it('repeats lines a number of times that is defined, and ends where nothing comes of repetitions', () => {
    const blocks = (text: string) => readBlocks({ main: { path, text }, includes: new Map(), configId: 'd1' })
    const count = ['$MOST=3\n~SEQ(N, $', '{MOST}) notify $', '{N}'].join('')
    expect(blocks(count).statements.map(({ values }) => values)).toEqual([['1'], ['2'], ['3']])
    const idle = '~SEQ(A,1,999) ~SEQ(B,1,999) ~SEQ(C,1,999) $X=1'
    expect(blocks(idle).remarks.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^only the first/),
    ])
  })

  it('ends where a definition holds itself, and where a file includes itself', () => {
    const text = ['$A=x $', '{A} y\n$', '{A}\ninclude keepalived.conf\n'].join('')
    const includes = new Map([[path, [{ path, text }]]])
    const { statements, remarks } = readBlocks({ main: { path, text }, includes, configId: 'd1' })
    expect(statements.length).toBeGreaterThan(0)
    expect(remarks.at(-1)?.message).toContain('leads back to')
  })

  it('leaves a password that would be refused where it stands, and one that not all instances have', () => {
    const conf = (password: string) =>
      vrrp(`authentication {
        auth_type PASS
        auth_pass ${password}
    }`)
    const said = (text: string, refused = (_: string) => false) => {
      const directors = names.map((name, index) => ({
        ...{ name, connection: `10.77.0.1${index + 1}`, keepalived: read(of(text, name)), proxies: [] },
        ...{ hasScriptUser: false, pems: new Map<string, string>(), networks: [], addresses: [] },
      }))
      const { cluster } = combine('web', directors, [], refused)
      return [
        (cluster.vrrp as Record<string, unknown>).auth_pass,
        (cluster.vips as { extra?: string }[])[0]?.extra,
      ]
    }
    expect(said(conf('k4tze'))).toEqual(['k4tze', undefined])
    const kept = /auth_pass 1234 # as found by understudy adopt/
    expect(said(conf('1234'), (one) => one === '1234')).toEqual([undefined, expect.stringMatching(kept)])
    expect(said(conf('«one|two»'))[0]).toBeUndefined()
    // keepalived takes eight signs.
    expect(said(conf('ninesigns'))[0]).toBe('ninesign')
  })

  it('gives the VIP to who has it, where priorities are equal', () => {
    const conf = vrrp('').replace('«100|90»', '100')
    const directors = names.map((name, index) => ({
      name,
      connection: `10.77.0.1${index + 1}`,
      keepalived: read(conf),
      proxies: [],
      hasScriptUser: false,
      pems: new Map<string, string>(),
      networks: [],
      addresses: [`10.77.0.1${index + 1}`, ...(index === 1 ? ['10.77.0.100'] : [])],
    }))
    expect(combine('web', directors, []).cluster).toMatchObject({ vips: [{ owner: 'd2' }] })
  })
})

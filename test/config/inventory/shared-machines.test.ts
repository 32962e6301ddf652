import { describe, expect, it } from 'vitest'
import { poolOf, resolveClusters } from '../../../src/cluster/index.ts'
import { clusterMembers } from '../../../src/config/inventory/index.ts'
import { InvalidInput } from '../../../src/model/failure.ts'
import { showOrigin } from '../../../src/model/origin.ts'
import { withoutRuleIds } from '../../rule-ids.ts'
import { loaded } from './written.ts'

/** An inventory of two clusters; what is told of each, and the groups beneath each. */
function two(shop: string, wiki: string, more = { shop: '', wiki: '' }): string {
  return `all:
  children:
    shop:
      vars: {cluster: {name: shop, ${shop}}}
      children: {directors: {}, shop_web: {}${more.shop}}
    wiki:
      vars: {cluster: {name: wiki, ${wiki}}}
      children: {directors: {}, wiki_web: {}${more.wiki}}
    directors: {hosts: {d1: {ansible_host: 10.0.0.11}, d2: {ansible_host: 10.0.0.12}}}
    shop_web: {hosts: {rs1: {ansible_host: 10.0.0.21}, rs2: {ansible_host: 10.0.0.22}}}
    wiki_web: {hosts: {rs3: {ansible_host: 10.0.0.23}, rs4: {ansible_host: 10.0.0.24}}}
`
}

const shop =
  'balancer: haproxy, realservers: shop_web, services: [{port: 80}], vips: [{address: 10.0.0.100, vrid: 51}]'
const wiki =
  'balancer: haproxy, realservers: wiki_web, services: [{port: 80}, {port: 81, backend_port: 80}], vips: [{address: 10.0.0.101, vrid: 52, owner: d2}]'

async function resolved(text: string) {
  const { inventory, directory } = await loaded({ 'hosts.yaml': text })
  const { members, originOf } = clusterMembers(inventory)
  const { clusters, problems } = resolveClusters(members)
  const told = problems.map((found) => {
    const origin = originOf(found)
    return `${origin && showOrigin(origin)}: ${found.message}`.replaceAll(`${directory}/`, '')
  })
  return { clusters, told }
}

async function refused(text: string): Promise<string> {
  try {
    await resolved(text)
    return ''
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return withoutRuleIds(error.message).replaceAll(/\S*\/(hosts\.yaml)/g, '$1')
  }
}

describe('clusters with the same directors', () => {
  it('are one with the VIPs of both, each with its own services, and these with their realservers', async () => {
    const { clusters, told } = await resolved(two(shop, wiki))
    expect(told).toEqual([])
    expect(clusters.map(({ name }) => name)).toEqual(['shop'])
    const [cluster] = clusters
    expect(cluster?.directors.map(({ host }) => host)).toEqual(['d1', 'd2'])
    expect(cluster?.realservers.map(({ host }) => host)).toEqual(['rs1', 'rs2', 'rs3', 'rs4'])
    expect(
      cluster?.vips.map(({ address, owner, services }) => [
        address,
        owner,
        services.map((one) => [one.port, ...poolOf(cluster, one).map(({ host }) => host)]),
      ]),
    ).toEqual([
      ['10.0.0.100', 'd1', [[80, 'rs1', 'rs2']]],
      [
        '10.0.0.101',
        'd2',
        [
          [80, 'rs3', 'rs4'],
          [81, 'rs3', 'rs4'],
        ],
      ],
    ])
  })

  it('keep pools and what they are told of groups to their own machines', async () => {
    const pools =
      'balancer: haproxy, realservers: wiki_web, pools: {pages: {}, files: {realservers: of_both}}, services: [{port: 80, pool: pages, routes: [{path: /files, pool: files}]}], vips: [{address: 10.0.0.101, vrid: 52}]'
    const { clusters, told } = await resolved(
      `${two(shop, pools)}    of_both: {hosts: {rs1: , rs3: , rs4: }}\n`,
    )
    expect(told).toEqual([])
    const [cluster] = clusters
    expect(
      cluster?.vips[1]?.services.map((one) => [one.label, ...poolOf(cluster, one).map(({ host }) => host)]),
    ).toEqual([
      ['pages', 'rs3', 'rs4'],
      ['files', 'rs3', 'rs4'],
    ])
  })

  it('may have the same realservers, and be three', async () => {
    const more = `
    mail:
      vars: {cluster: {name: mail, balancer: haproxy, services: [{port: 25, mode: tcp, backend: none, check: {type: tcp}}], vips: [{address: 10.0.0.102, vrid: 53}], realservers: wiki_web}}
      children: {directors: {}, wiki_web: {}}
`
    const { clusters, told } = await resolved(`${two(shop, wiki)}${more.slice(1)}`)
    expect(told).toEqual([])
    expect(clusters.map(({ name, vips }) => [name, vips.length])).toEqual([['shop', 3]])
    const [cluster] = clusters
    const [mail] = cluster?.vips[2]?.services ?? []
    expect(cluster && mail && poolOf(cluster, mail).map(({ host }) => host)).toEqual(['rs3', 'rs4'])
  })

  it('are told of VRIDs and addresses that they share where these stand', async () => {
    const { told } = await resolved(two(shop, wiki.replace('vrid: 52', 'vrid: 51')))
    expect(told[0]).toMatch(/^hosts\.yaml:7:\d+: the VIPs .* share the vrid 51/)
    const { told: again } = await resolved(two(shop, wiki.replace('0.101', '0.100')))
    expect(again).toEqual([expect.stringMatching(/^hosts\.yaml:7:\d+: .*10\.0\.0\.100/)])
  })

  it.each([
    ['balancer: nginx', 'balancer'],
    ['balancer: haproxy, vrrp: {preempt: false}', 'vrrp.preempt'],
    ['balancer: haproxy, time: {servers: [ntp.example.org]}', 'time'],
  ])('are refused where they say two things of what is one: %s', async (words, path) => {
    expect(await refused(two(shop, wiki.replace('balancer: haproxy', words)))).toMatch(
      new RegExp(
        `^hosts\\.yaml:7:\\d+: wiki and shop have the same directors, d1, d2, and not the same ${path.replaceAll('.', '\\.')}, .*: compare hosts\\.yaml:4:`,
      ),
    )
  })

  it('are refused where one has more of them, and where names in one configuration would meet', async () => {
    const third = `${two(shop, wiki.replace('realservers', 'directors: three, realservers'), { shop: '', wiki: ', three: {}' })}    three: {hosts: {d1: , d2: , d3: }}\n`
    expect(await refused(third)).toMatch(/^hosts\.yaml:7:\d+: .*other directors: d1, d2, d3 and d1, d2\n/)
    const pool = (words: string) => words.replace('[{port: 80}', '[{port: 80, pool: pages}')
    const same = two(`pools: {pages: {}}, ${pool(shop)}`, `pools: {pages: {}}, ${pool(wiki)}`)
    expect(await refused(same)).toMatch(/^hosts\.yaml:7:\d+: shop, .*, has a pool pages, too/)
  })

  it('are refused where one of them stands before or behind another', async () => {
    const tiers = two(
      'backend: {cluster: inner}, services: [{port: 80}], vips: [{address: 10.0.0.100, vrid: 51}]',
      'realservers: wiki_web, services: [{port: 80}], vips: [{address: 10.0.0.101, vrid: 52}]',
    )
    const inner = `    inner:
      vars: {cluster: {name: inner, balancer: nginx, directors: proxies, realservers: inner_web, services: [{port: 80}]}}
      children: {proxies: {hosts: {p1: {ansible_host: 10.0.0.31}}}, inner_web: {hosts: {rs5: {ansible_host: 10.0.0.41}}}}
`
    expect(await refused(`${tiers}${inner}`)).toMatch(
      /^hosts\.yaml:4:\d+: wiki has the directors of shop, and a cluster that stands before/,
    )
  })

  it('are refused where machines of the one behind stand in the group of the one before', async () => {
    const tiers = `all:
  children:
    outer:
      vars: {cluster: {name: outer, realservers: proxies, backend: {cluster: inner}, services: [{port: 80}], vips: [{address: 10.0.0.100, vrid: 51}]}}
      children: {directors: {hosts: {d1: {ansible_host: 10.0.0.11}, d2: {ansible_host: 10.0.0.12}}}, proxies: {}}
    inner:
      vars: {cluster: {name: inner, balancer: nginx, directors: proxies, realservers: web, services: [{port: 80}]}}
      children: {proxies: {hosts: {p1: {ansible_host: 10.0.0.31}}}, web: {hosts: {rs5: {ansible_host: 10.0.0.41}}}}
`
    expect(await refused(tiers)).toMatch(
      /^hosts\.yaml:4:\d+: p1: told of outer and of inner, which stands behind it\n.*leave machines of inner out of the group of outer/s,
    )
  })
})

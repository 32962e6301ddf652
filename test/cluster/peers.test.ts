import { describe, expect, it } from 'vitest'
import { clusterVariables, type Member, resolveClusters } from '../../src/cluster/index.ts'
import { clusterOf, factsWith, healthy, knowing, machines, member } from './inventory.ts'

const service = { port: 80, check: { type: 'http', path: '/index.html' } }
const words = { ...healthy, balancer: 'haproxy', services: [service], nfs: {} }
const server = (name: string, address: string, cluster: object = words) =>
  member(name, address, ['nfs'], { cluster: { ...cluster } })
const told = (cluster: object, ...servers: readonly Member[]) => machines({ ...cluster }, servers)
const messages = (members: readonly Member[]) =>
  resolveClusters(members).problems.map(({ severity, message }) => `${severity}: ${message}`)

describe('pages from an NFS server', () => {
  it('make that server a single point of failure, which is said', () => {
    expect(messages(told(words, server('nfs1', '10.77.0.41')))).toEqual([
      'warning: nfs1 is a single point of failure: without it no realserver has pages',
    ])
  })

  it('come from one machine, which is nothing else', () => {
    expect(messages(told(words))).toEqual([
      'error: no host of the cluster is in the group nfs: there would be nothing to mount',
    ])
    expect(messages(told(words, server('nfs1', '10.77.0.41'), server('nfs2', '10.77.0.42')))).toEqual([
      'error: nfs1, nfs2 are all in the group nfs: pages come from one machine',
    ])
    const both = member('rs1', '10.77.0.21', ['realservers', 'nfs'], { cluster: words })
    expect(messages(told(words, both))).toContain(
      'error: rs1 is NFS server and realserver at once: its loss would take both away',
    )
  })

  it('are for what we install, and the health check looks at one of them', () => {
    const own = { ...words, backend: 'none' }
    expect(messages(told(own, server('nfs1', '10.77.0.41', own)))).toContain(
      'error: the backend none takes no pages from NFS here',
    )
    const blind = { ...words, services: healthy.services }
    expect(messages(told(blind, server('nfs1', '10.77.0.41', blind)))).toContain(
      'warning: the health check sees no page: a realserver that has lost the NFS server would stay in the pool',
    )
  })

  it('are exported to the realservers alone', () => {
    const cluster = clusterOf(told(words, server('nfs1', '10.77.0.41')))
    expect(clusterVariables([cluster], knowing({}), 'nfs1')).toMatchObject({
      is_nfs_server: true,
      nfs: { export: '/srv/www', server: '10.77.0.41', clients: ['10.77.0.21', '10.77.0.22'] },
    })
  })
})

describe('machines of a cluster', () => {
  const cluster = clusterOf(machines({ ...healthy, hosts_entries: true, ssh_trust: true, time: {} }))
  const keys = (name: string) => ({
    hostKey: `ssh-ed25519 host-${name}`,
    rootKey: `ssh-ed25519 root-${name}`,
  })

  it('know each other by name', () => {
    expect(clusterVariables([cluster], knowing({}), 'rs1').hosts_entries).toEqual([
      { host: 'd1', address: '10.77.0.11', names: ['d1'] },
      { host: 'd2', address: '10.77.0.12', names: ['d2'] },
      { host: 'rs1', address: '10.77.0.21', names: ['rs1'] },
      { host: 'rs2', address: '10.77.0.22', names: ['rs2'] },
    ])
  })

  it('know each other by full names and short ones, where there are domains', () => {
    const words = { ...healthy, hosts_entries: { domain: 'web.example' } }
    const full = member('rs3.other.example', '10.77.0.23', ['realservers'], { cluster: words })
    const told = clusterVariables([clusterOf(machines(words, [full]))], knowing({}), 'd1')
    const names = (told.hosts_entries as { names: string[] }[]).map((one) => one.names.join(' '))
    expect(names).toContain('d1.web.example d1')
    expect(names).toContain('rs3.other.example rs3')
  })

  it('are not called by an address', () => {
    const words = { ...healthy, hosts_entries: true }
    const nameless = member('10.77.0.23', '10.77.0.23', ['realservers'], { cluster: words })
    expect(messages(machines(words, [nameless]))).toEqual([
      'error: hosts_entries gives machines their names of the inventory, and 10.77.0.23 is an address',
    ])
  })

  it('wait for the keys of the others until there are some', () => {
    const facts = factsWith('eth0 10.77.0.12/24')
    const peers = (known: typeof facts) => clusterVariables([cluster], knowing({ d2: known }), 'd1').ssh_peers
    expect(() => peers(facts)).toThrow('the facts of d2 are not known yet')
    expect(peers({ ...facts, ssh: keys('d2') })).toEqual([
      { host: 'd2', address: '10.77.0.12', host_key: 'ssh-ed25519 host-d2', root_key: 'ssh-ed25519 root-d2' },
    ])
    expect(clusterVariables([cluster], knowing({}), 'rs1').ssh_trust).toBe(false)
  })
})

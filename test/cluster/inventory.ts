import { expect } from 'vitest'
import type { z } from 'zod'
import { type Cluster, type Member, resolveClusters, vocabulary } from '../../src/cluster/index.ts'
import type { Facts } from '../../src/model/facts.ts'
import type { Knowledge } from '../../src/model/task.ts'
import { complaintsAbout } from '../schemas/judge.ts'

/** Variables as users write them. */
export type Words = Readonly<Record<string, unknown>>

/** A host as an inventory would give it: the words of its variables are parsed as users write them. */
export function member(
  name: string,
  address: string,
  groups: readonly string[],
  words: { readonly cluster?: Words; readonly director?: Words; readonly realserver?: Words } = {},
): Member {
  const read = <T>(schema: z.ZodType<T>, value: Words | undefined) => value && schema.parse(value)
  expect(complaintsAbout('variables', words)).toEqual([])
  const cluster = read(vocabulary.cluster, words.cluster)
  const director = read(vocabulary.director, words.director)
  const realserver = read(vocabulary.realserver, words.realserver)
  return {
    name,
    address,
    groups: ['all', ...groups],
    ...(cluster ? { cluster } : {}),
    ...(director ? { director } : {}),
    ...(realserver ? { realserver } : {}),
  }
}

/** The words of a small healthy cluster. */
export const healthy = {
  name: 'web',
  vips: [{ address: '10.77.0.100', vrid: 77 }],
  services: [{ port: 80, check: { type: 'http', path: '/health' } }],
}

/** The machines of a small healthy cluster, told these words; `changed` replaces machines by name. */
export function machines(cluster: Words = healthy, changed: readonly Member[] = []): readonly Member[] {
  const usual = [
    member('d1', '10.77.0.11', ['directors'], { cluster }),
    member('d2', '10.77.0.12', ['directors'], { cluster }),
    member('rs1', '10.77.0.21', ['realservers'], { cluster }),
    member('rs2', '10.77.0.22', ['realservers'], { cluster }),
    member('client', '10.77.0.31', ['clients'], { cluster }),
  ]
  const names = changed.map(({ name }) => name)
  const replaced = usual.map((one) => changed.find(({ name }) => name === one.name) ?? one)
  return [
    ...replaced,
    ...changed.filter((_, index) => !usual.some(({ name }) => name === names[index])),
  ].filter(({ groups }) => !groups.includes('gone'))
}

/** The only cluster of these machines. */
export function clusterOf(members: readonly Member[]): Cluster {
  const [cluster] = resolveClusters(members).clusters
  if (!cluster) throw new Error('these machines make no cluster')
  return cluster
}

/** Facts of a machine with these addresses, as `eth0 10.0.0.1/24`. */
export function factsWith(...addresses: readonly string[]): Facts {
  const interfaces: Record<string, Facts['interfaces'][string]> = {}
  for (const text of ['lo 127.0.0.1/8', ...addresses]) {
    const [name = '', cidr = ''] = text.split(' ')
    const [address = '', prefix] = cidr.split('/')
    const family = address.includes(':') ? ('ipv6' as const) : ('ipv4' as const)
    const own = { address, prefix: Number(prefix), family, scope: 'global' }
    const before = interfaces[name]?.addresses ?? []
    interfaces[name] = { name, mac: '02:00:00:00:00:01', mtu: 1500, up: true, addresses: [...before, own] }
  }
  return {
    hostname: 'machine',
    os: { id: 'debian', version: '12', codename: 'bookworm', name: 'Debian GNU/Linux 12', family: 'debian' },
    kernel: '6.1.0',
    architecture: 'x86_64',
    init: 'systemd',
    packageManager: 'apt',
    interfaces,
    memoryMiB: 384,
    memory: { free: 0, swap: 0, swapFree: 0 },
    cpus: 1,
    user: 'root',
    account: { uid: 0, gid: 0, home: '/root', shell: '/bin/bash' },
    homes: { root: '/root' },
    environment: { HOME: '/root', USER: 'root' },
    dns: { nameServers: [], search: [] },
    selinux: 'absent',
    ssh: {},
    handovers: [],
    mangledHandovers: [],
    bootId: 'b',
    time: 0,
    zone: { offset: '+0000', name: 'UTC' },
  }
}

/** What is known once these hosts were asked. */
export function knowing(facts: Readonly<Record<string, Facts>>): Knowledge {
  return { facts: new Map(Object.entries(facts)), registered: new Map() }
}

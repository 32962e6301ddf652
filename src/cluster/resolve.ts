import { canonical, familyOf } from './addresses.ts'
import type { Cluster, ClusterProblem, Director, Member, Realserver, Service, Vip } from './cluster.ts'
import { prioritiesFor } from './priorities.ts'
import { problemsBetween, problemsOf } from './rules/index.ts'
import type { ClusterSettings, ServiceSettings } from './vocabulary.ts'

/** Every cluster the inventory describes, and all that is wrong or doubtful about them. */
export function resolveClusters(members: readonly Member[]): {
  readonly clusters: readonly Cluster[]
  readonly problems: readonly ClusterProblem[]
} {
  const names = new Set(members.flatMap(({ cluster }) => cluster?.name ?? []))
  const subjects = [...names].flatMap((name) => {
    const own = members.filter(({ cluster }) => cluster?.name === name)
    const [speaker] = own
    if (!speaker?.cluster) return []
    const settings = speaker.cluster
    return [{ cluster: resolve(settings, own), settings, speaker: speaker.name, members: own, all: members }]
  })
  return {
    clusters: subjects.map(({ cluster }) => cluster),
    problems: [...subjects.flatMap(problemsOf), ...problemsBetween(subjects)],
  }
}

function resolve(settings: ClusterSettings, members: readonly Member[]): Cluster {
  const inGroup = (group: string) => members.filter(({ groups }) => groups.includes(group))
  const directors = inGroup(settings.directors).map((member) => directorOf(member, settings))
  return {
    name: settings.name,
    balancer: settings.balancer,
    backend: settings.backend,
    directors,
    realservers: inGroup(settings.realservers).map(realserverOf),
    clients: inGroup(settings.clients).map(({ name }) => name),
    vrrp: settings.vrrp,
    vips: settings.vips.map((vip) => vipOf(vip, settings, directors)),
  }
}

function directorOf({ name, address, director }: Member, settings: ClusterSettings): Director {
  const device = director?.interface ?? settings.interface
  return {
    host: name,
    connection: address,
    routerId: director?.router_id ?? name,
    ...(device === undefined ? {} : { interface: device }),
    ...(director?.address === undefined ? {} : { address: canonical(director.address) }),
    ...(director?.priority === undefined ? {} : { priority: director.priority }),
  }
}

function realserverOf({ name, address, realserver }: Member): Realserver {
  return {
    host: name,
    connection: address,
    weight: realserver?.weight ?? 1,
    ...(realserver?.address === undefined ? {} : { address: canonical(realserver.address) }),
  }
}

function vipOf(
  vip: ClusterSettings['vips'][number],
  settings: ClusterSettings,
  directors: readonly Director[],
): Vip {
  const [text = '', prefix] = vip.address.split('/')
  const address = canonical(text)
  const owner = vip.owner ?? directors[0]?.host ?? ''
  return {
    address,
    family: familyOf(address),
    ...(prefix === undefined ? {} : { prefix: Number(prefix) }),
    vrid: vip.vrid,
    instance: vip.name ?? `VI_${vip.vrid}`,
    owner,
    priorities: prioritiesFor(owner, directors),
    services: (vip.services ?? settings.services ?? []).map(serviceOf),
  }
}

function serviceOf(settings: ServiceSettings): Service {
  return {
    protocol: settings.protocol,
    port: settings.port,
    backendPort: settings.backend_port ?? settings.port,
    forwarding: settings.forwarding,
    scheduler: settings.scheduler,
    ...(settings.persistence_timeout === undefined ? {} : { persistence: settings.persistence_timeout }),
    check: settings.check,
  }
}

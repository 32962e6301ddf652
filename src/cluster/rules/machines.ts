import { clipped } from '../../model/quoted.ts'
import { didYouMean } from '../../model/suggest.ts'
import { canonical, isReachableAddress } from '../addresses.ts'
import { backendOn } from '../own-servers.ts'
import { MOST_DIRECTORS } from '../priorities.ts'
import { proxyOf } from '../proxies.ts'
import { behindOf } from '../tiers.ts'
import {
  type Doubt,
  doubtful,
  type Family,
  listedServices,
  repeated,
  type Subject,
  type Wrong,
  wrong,
} from './subject.ts'

type GroupField = 'directors' | 'realservers' | 'clients'

/** Rules about who plays which part. */
export const machineRules = {
  'machine-told-otherwise': {
    severity: 'error',
    reason:
      'Directors that are told different things about one cluster make different configurations, and fight.',
    source: 'docs/inventory.md, cluster',
    find: oneVoice,
  },
  'machine-no-director': {
    severity: 'error',
    reason: 'Without a director nobody holds the VIPs.',
    source: 'docs/inventory.md, cluster.directors',
    find: directorsExist,
  },
  'machine-no-realserver': {
    severity: 'error',
    reason: 'Without a realserver a balancer answers nobody.',
    source: 'docs/inventory.md, cluster.realservers',
    find: realserversExist,
  },
  'machine-no-client': {
    severity: 'error',
    reason: 'A group that is named and has no host is most often misspelt.',
    source: 'docs/inventory.md, cluster.clients',
    find: clientsExist,
  },
  'machine-director-alone': {
    severity: 'warning',
    reason: 'VRRP moves an address to another machine, and there is none.',
    source: 'RFC 9568, 1.1',
    find: anUnderstudyExists,
  },
  'machine-too-many-directors': {
    severity: 'error',
    reason: 'Priorities of backups go from 1 to 254, and are given ten apart.',
    source: 'RFC 9568, 5.2.4',
    find: notTooManyDirectors,
  },
  'machine-client-inside': {
    severity: 'error',
    reason: 'A machine that has the VIP itself answers its own requests, and sees nothing of the cluster.',
    source: 'LVS-HOWTO, the client cannot be a realserver or the director',
    find: clientsLookFromOutside,
  },
  'machine-router-id-twice': {
    severity: 'error',
    reason: 'The router_id tells machines apart in logs and mails.',
    source: 'keepalived.conf(5), router_id',
    find: routerIdsDiffer,
  },
  'machine-address-twice': {
    severity: 'error',
    reason: 'Two names of one machine would each be given half of its configuration.',
    source: 'docs/inventory.md',
    find: addressesDiffer,
  },
  'machine-name-is-address': {
    severity: 'error',
    reason: 'A line of /etc/hosts gives names to an address: an address is none.',
    source: 'hosts(5)',
    find: namesAreNames,
  },
  'machine-port-of-ssh': {
    severity: 'error',
    reason:
      'A program that listens on all addresses of a machine does not start on a port of which sshd has any.',
    source: 'bind(2), EADDRINUSE; sshd_config(5), ListenAddress',
    find: sshKeepsItsPort,
  },
} satisfies Family<'machine'>

/** Hosts of one cluster must not be told different things: the directors would fight. */
function oneVoice({ cluster, settings, speaker, members }: Subject): readonly Wrong[] {
  const partsOf = (told: typeof settings) => [told.directors, told.realservers, told.clients]
  const said = JSON.stringify(settings)
  return members
    .filter(({ groups, cluster: told = settings }) => {
      // Also those that would have their part in another cluster of the same name.
      const parts = [...partsOf(settings), ...partsOf(told)]
      return groups.some((group) => parts.includes(group))
    })
    .filter((member) => JSON.stringify(member.cluster) !== said)
    .map(({ name }) => ({
      severity: 'error',
      message: `${name} is told something else about the cluster ${cluster.name} than ${speaker}`,
      next: 'Set the variable cluster in one place, such as group_vars/all; what differs per machine belongs in director or realserver. Another cluster needs another name.',
      host: name,
      path: ['cluster'],
    }))
}

function emptyGroup(subject: Subject, field: GroupField, consequence: string): Wrong {
  const group = subject.settings[field]
  const known = [...new Set(subject.all.flatMap(({ groups }) => groups))].toSorted()
  const meant = known.includes(group) ? undefined : didYouMean(group, known)
  const next =
    meant === undefined
      ? `Put hosts into the group ${clipped(group)}, or name another group in cluster.${field}.`
      : `Did you mean ${meant}? Then write ${field}: ${meant} in cluster, or rename the group.`
  return wrong(
    subject,
    [field],
    `no host of the cluster is in the group ${clipped(group)}: ${consequence}`,
    next,
  )
}

function directorsExist(subject: Subject): readonly Wrong[] {
  if (subject.cluster.directors.length > 0) return []
  const holds = subject.cluster.front === undefined
  return [emptyGroup(subject, 'directors', `nothing would ${holds ? 'hold the VIPs' : 'balance'}`)]
}

function realserversExist(subject: Subject): readonly Wrong[] {
  const { realservers, balancer } = subject.cluster
  if (realservers.length > 0 || balancer === 'none' || behindOf(subject.settings) !== undefined) return []
  const problem = emptyGroup(subject, 'realservers', 'nothing would serve')
  if (problem.next?.startsWith('Did')) return [problem]
  return [{ ...problem, next: `${problem.next} Where the directors serve themselves, set balancer: none.` }]
}

/** Clients are optional, but a name the user chose must mean something. */
function clientsExist(subject: Subject): readonly Wrong[] {
  if (subject.cluster.clients.length > 0 || subject.settings.clients === 'clients') return []
  return [emptyGroup(subject, 'clients', 'nothing would look at the cluster from outside')]
}

function anUnderstudyExists(subject: Subject): readonly Doubt[] {
  const [only, ...others] = subject.cluster.directors
  if (only === undefined || others.length > 0 || subject.settings.vrrp.peers.length > 0) return []
  const message = `${only.host} is the only director: nothing takes over when it fails`
  return [
    doubtful(
      subject,
      ['directors'],
      message,
      `Add a second machine to the group ${subject.settings.directors}.`,
    ),
  ]
}

function notTooManyDirectors(subject: Subject): readonly Wrong[] {
  const { length } = subject.cluster.directors
  if (length <= MOST_DIRECTORS || subject.cluster.front !== undefined) return []
  const message = `${length} directors: VRRP has room for ${MOST_DIRECTORS} priorities ten apart`
  return [wrong(subject, ['directors'], message, 'Two or three directors are enough for any cluster.')]
}

/** A realserver answers itself for the VIP, and a director that holds it does so too: neither proves anything. */
function clientsLookFromOutside({ cluster }: Subject): readonly Wrong[] {
  const parts = new Map([
    ...cluster.directors.map(({ host }) => [host, 'director'] as const),
    ...cluster.realservers.map(({ host }) => [host, 'realserver'] as const),
  ])
  return cluster.clients
    .filter((host) => parts.has(host))
    .map((host) => ({
      severity: 'error',
      message: `${host} is client and ${parts.get(host)} at once: it reaches the VIP on itself, past the cluster`,
      next: `Take ${host} out of the group of the clients.`,
      host,
      path: ['cluster'],
    }))
}

function routerIdsDiffer({ cluster }: Subject): readonly Wrong[] {
  return repeated(cluster.directors, ({ routerId }) => routerId).map(({ item, earlier }) => ({
    severity: 'error',
    message: `${item.host} and ${earlier.host} both have the router_id ${item.routerId}: their logs could not be told apart`,
    next: 'Leave router_id out; the inventory name is used then.',
    host: item.host,
    path: ['director', 'router_id'],
  }))
}

/** The same machine twice under two names, most often a copied line. */
function addressesDiffer({ cluster }: Subject): readonly Wrong[] {
  const machines = [...cluster.directors, ...cluster.realservers]
  const addressOf = ({ address, connection }: { address?: string; connection: string }) =>
    address ?? (isReachableAddress(connection) ? canonical(connection) : undefined)
  return repeated(machines, addressOf)
    .filter(({ item, earlier }) => item.host !== earlier.host)
    .map(({ item, earlier }) => {
      const said = item.address === undefined ? earlier : item
      const part = cluster.directors.some(({ host }) => host === said.host) ? 'director' : 'realserver'
      return {
        severity: 'error',
        message: `${earlier.host} and ${item.host} have the same address ${addressOf(item)}`,
        ...(said.address === undefined
          ? { next: 'Give each machine its own ansible_host.', host: item.host, path: ['ansible_host'] }
          : {
              next: `Give each machine an address of its own: here it is that of ${part}, elsewhere ansible_host.`,
              host: said.host,
              path: [part, 'address'],
            }),
      }
    })
}

/** A machine cannot be called by an address. */
function namesAreNames({ cluster }: Subject): readonly Wrong[] {
  if (cluster.hostsEntries === false) return []
  return [...cluster.directors, ...cluster.realservers]
    .filter(({ host }) => isReachableAddress(host))
    .map(({ host }) => ({
      severity: 'error',
      message: `hosts_entries gives machines their names of the inventory, and ${host} is an address`,
      next: 'Give the host a name, and its address as ansible_host; or leave hosts_entries out.',
      host,
      path: ['cluster', 'hosts_entries'],
    }))
}

/** Balancers, and what realservers run of ours, listen on all addresses of their machine. */
function sshKeepsItsPort(subject: Subject): readonly Wrong[] {
  const { cluster, all } = subject
  const ports = new Map(all.map(({ name, sshPort }) => [name, sshPort]))
  const proxy = proxyOf(cluster)
  return listedServices(subject).flatMap(({ path, service }) => {
    const { protocol, port, pool, backend_port: behind = port } = service
    if (protocol === 'udp') return []
    const backend = backendOn(cluster, service)
    const serving = cluster.balancer === 'none' ? cluster.directors : cluster.realservers
    const listening = [
      ...(proxy
        ? cluster.directors.map(({ host }) => ({ host, program: proxy, at: port, word: 'port' }))
        : []),
      ...(backend !== 'none' && pool === undefined
        ? serving.map(({ host }) => ({
            host,
            program: backend,
            at: behind,
            word: service.backend_port === undefined ? 'port' : 'backend_port',
          }))
        : []),
    ]
    const [taken] = listening.filter(({ host, at }) => ports.get(host) === at)
    if (!taken) return []
    return [
      wrong(
        subject,
        [...path, taken.word],
        `port ${taken.at} of ${taken.host} is that of its sshd: ${taken.program} would not start`,
        'Have sshd listen on another port, and say so with ansible_port; or serve this on another one.',
      ),
    ]
  })
}

import { clipped } from '../../model/quoted.ts'
import type { Application } from '../application.ts'
import type { Cluster } from '../cluster.ts'
import { portsOfPrograms } from '../own-servers.ts'
import { behindOf } from '../tiers.ts'
import { type Doubt, doubtful, type Family, repeated, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about what realservers run of the user's own. */
export const applicationRules = {
  'application-unbalanced': {
    severity: 'error',
    reason:
      'While a realserver changes its application, its clients are sent to another one, which takes a balancer.',
    source: 'docs/applications.md',
    find: someoneBalances,
  },
  'application-backend': {
    severity: 'error',
    reason: 'A site, a web application and a program of its own each need a server that can serve them.',
    source: 'docs/applications.md',
    find: backendsFit,
  },
  'application-name-twice': {
    severity: 'error',
    reason: 'Applications lie in directories of their names.',
    source: 'docs/applications.md',
    find: namesDiffer,
  },
  'application-in-the-way': {
    severity: 'error',
    reason: 'Two applications that answer to the same requests of one realserver hide each other.',
    source: 'docs/applications.md',
    find: placesDiffer,
  },
  'application-port-taken': {
    severity: 'error',
    reason: 'Of two programs on one port of a machine the second does not start.',
    source: 'docs/applications.md',
    find: portsDiffer,
  },
  'application-nobody-runs': {
    severity: 'error',
    reason: 'An application that no realserver runs answers nobody.',
    source: 'docs/applications.md',
    find: somebodyRunsIt,
  },
  'application-user-taken': {
    severity: 'error',
    reason:
      'The user of an application gets no shell and no home: where that is somebody who logs in, or of whom the system is, they are locked out.',
    source: 'docs/applications.md; useradd(8)',
    find: usersAreTheirOwn,
  },
  'application-unasked': {
    severity: 'warning',
    reason: 'An application on a port that no service leads to has no clients.',
    source: 'docs/applications.md',
    find: portsAreAsked,
  },
} satisfies Family<'application'>

const place = (index: number, ...path: readonly PropertyKey[]) => ['applications', index, ...path]

/** Without a balancer there is nobody else to whom clients could be sent meanwhile. */
function someoneBalances(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  if (cluster.applications.length === 0) return []
  const behind = behindOf(settings)
  if (behind !== undefined)
    return [
      wrong(
        subject,
        ['applications'],
        `the realservers of ${settings.name} are the directors of ${behind}, which run no applications`,
        `Write applications in the variable cluster of ${behind}.`,
      ),
    ]
  if (cluster.balancer !== 'none') return []
  return [
    wrong(
      subject,
      ['applications'],
      'nothing is balanced here: while an application changes, its clients could be sent to nobody else',
      'Write balancer: nginx, haproxy or ipvs; or leave applications out, and bring them by tasks of your own.',
    ),
  ]
}

const servers = { site: ['nginx', 'apache'], war: ['tomcat'] } as const

function backendsFit(subject: Subject): readonly Wrong[] {
  const { applications, backend, balancer, nfs } = subject.cluster
  if (balancer === 'none' || behindOf(subject.settings) !== undefined) return []
  return applications.flatMap(({ name, kind }, index) => {
    if (kind === 'service')
      return backend === 'none' || leavesPorts(subject.cluster) ? [] : [portless(subject, index)]
    const fitting: readonly string[] = servers[kind]
    if (!fitting.includes(backend))
      return [
        wrong(
          subject,
          place(index, 'kind'),
          `the backend ${backend} cannot serve ${kind === 'site' ? 'the site' : 'the web application'} ${name}`,
          `Write backend: ${fitting.join(' or ')}, or another kind.`,
        ),
      ]
    if (kind !== 'site' || !nfs) return []
    return [
      wrong(
        subject,
        place(index),
        `the pages come from the NFS server, and from the site ${name}`,
        'Leave one of the two out.',
      ),
    ]
  })
}

/** Is there a port that programs leave to the server of the backend? */
function leavesPorts(cluster: Cluster): boolean {
  const taken = portsOfPrograms(cluster)
  const services = cluster.vips.flatMap((vip) => vip.services)
  return services.some(({ backendPort, redirect }) => !redirect && !taken.has(backendPort))
}

function portless(subject: Subject, index: number): Wrong {
  const { applications, backend } = subject.cluster
  return wrong(
    subject,
    place(index, 'kind'),
    `${applications[index]?.name} is a program of its own, and leaves no port of the realservers to the backend ${backend}`,
    'Write backend: none; or the port on which the program answers, and a pool or a service with another one for the backend.',
  )
}

function namesDiffer(subject: Subject): readonly Wrong[] {
  return repeated(subject.cluster.applications, ({ name }) => name).map(({ item, index }) =>
    wrong(
      subject,
      place(index, 'name'),
      `another application is called ${item.name}, too: they would lie in one directory`,
      'Give each application a name of its own.',
    ),
  )
}

/** Users that come with the system, or with what Understudy installs. */
const ofTheSystem = new Set(
  'root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc nobody sshd messagebus nginx apache haproxy tomcat keepalived_script adm operator dbus polkitd chrony'.split(
    ' ',
  ),
)

function usersAreTheirOwn(subject: Subject): readonly Wrong[] {
  const logins = new Map(subject.all.map(({ name, login }) => [name, login]))
  return subject.cluster.applications.flatMap(({ name, service, hosts }, index) => {
    const user = service?.user
    if (user === undefined) return []
    const host = hosts.find((one) => logins.get(one) === user)
    if (host === undefined && !ofTheSystem.has(user)) return []
    return [
      wrong(
        subject,
        place(index, subject.settings.applications[index]?.name === user ? 'name' : 'user'),
        `${name} would be run by ${user}, ${host === undefined ? 'a user of the system' : `who logs in to ${host}`}, and take the shell of that user away`,
        'Write another user, which is made where there is none.',
      ),
    ]
  })
}

/** Two that would answer to the same requests of the same realserver. */
function placesDiffer(subject: Subject): readonly Wrong[] {
  const { applications } = subject.cluster
  return applications.flatMap((one, index) => {
    const other = applications
      .slice(0, index)
      .find(
        (before) => answersTo(before) === answersTo(one) && before.hosts.some((h) => one.hosts.includes(h)),
      )
    if (!other || other.name === one.name) return []
    const words = {
      site: [
        'port',
        `both would be served on port ${one.port}`,
        'Give each site a port of its own, and each port a pool or a service; or give them different realservers.',
      ],
      war: ['context', `both answer below ${one.context}`, 'Give each web application a context of its own.'],
      service: ['port', `both would listen on port ${one.port}`, 'Give each service a port of its own.'],
    } as const
    const [word, why, next] = words[one.kind]
    return [
      wrong(subject, place(index, word), `${one.name} stands in the way of ${other.name}: ${why}`, next),
    ]
  })
}

function answersTo({ kind, context, port }: Application): string {
  return `${kind} ${kind === 'war' ? context : port}`
}

/** A program on the port of what the backend serves. */
function portsDiffer(subject: Subject): readonly Wrong[] {
  const { applications, backend } = subject.cluster
  return applications.flatMap((one, index) => {
    if (one.kind !== 'service') return []
    const other = applications.find(
      ({ kind, port, hosts }) =>
        kind !== 'service' && port === one.port && hosts.some((host) => one.hosts.includes(host)),
    )
    if (!other) return []
    return [
      wrong(
        subject,
        place(index, 'port'),
        `${one.name} would listen on port ${one.port}, where the ${backend} of the realservers serves ${other.name}`,
        'Give each a port of its own, and each port a pool or a service.',
      ),
    ]
  })
}

function somebodyRunsIt(subject: Subject): readonly Wrong[] {
  const { applications } = subject.cluster
  return applications.flatMap(({ name, hosts }, index) => {
    const group = subject.settings.applications[index]?.realservers
    if (hosts.length > 0 || group === undefined) return []
    return [
      wrong(
        subject,
        place(index, 'realservers'),
        `no realserver is in the group ${clipped(group)}: nobody would run ${name}`,
        'Name a group of realservers, or leave it out.',
      ),
    ]
  })
}

function portsAreAsked(subject: Subject): readonly Doubt[] {
  const { applications, vips, balancer } = subject.cluster
  const services = vips.flatMap((vip) => vip.services)
  if (services.length === 0) return []
  const ports = new Set(services.map(({ backendPort }) => backendPort))
  const keepsPorts = balancer === 'ipvs' && services.every(({ forwarding }) => forwarding !== 'nat')
  const word = keepsPorts ? 'port' : 'backend_port'
  return applications.flatMap(({ name, port }, index) =>
    ports.has(port)
      ? []
      : [
          doubtful(
            subject,
            place(index, 'port'),
            `no service sends anything to port ${port} of the realservers, where ${name} answers`,
            `Write a service with ${word}: ${port}, or another port.`,
          ),
        ],
  )
}

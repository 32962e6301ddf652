import { backendHosts } from '../own-servers.ts'
import { type Doubt, doubtful, type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about sessions that outlive their realserver. */
export const sessionRules = {
  'session-unkept': {
    severity: 'error',
    reason: 'Sessions are told of by Tomcat, on a port that nothing else has.',
    source: 'Tomcat, Clustering/Session Replication',
    find: tomcatTells,
  },
  'session-alone': {
    severity: 'warning',
    reason: 'One Tomcat has nobody whom it could tell.',
    source: 'Tomcat, Clustering/Session Replication',
    find: othersHear,
  },
} satisfies Family<'session'>

function tomcatTells(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  if (!settings.sessions) return []
  const at = ['sessions']
  if (cluster.behind)
    return [
      wrong(
        subject,
        at,
        `the realservers of ${cluster.name} keep no sessions: they balance for ${cluster.behind.name}`,
        `Write it in the variable cluster of ${cluster.behind.name}.`,
      ),
    ]
  if (cluster.backend !== 'tomcat')
    return [
      wrong(
        subject,
        at,
        `only our Tomcat tells others of sessions, and the backend is ${cluster.backend}`,
        'Leave it out, or set backend: tomcat; services[].sticky lets clients come back to their realserver whatever it runs.',
      ),
    ]
  const ports = cluster.vips.flatMap(({ services }) => services.map(({ backendPort }) => backendPort))
  return ports.includes(settings.sessions.port)
    ? [
        wrong(
          subject,
          [...at, 'port'],
          `port ${settings.sessions.port} is that of a service: Tomcat cannot listen to it twice`,
          'Write another port.',
        ),
      ]
    : []
}

function othersHear(subject: Subject): readonly Doubt[] {
  const { cluster, settings } = subject
  return settings.sessions && cluster.backend === 'tomcat' && backendHosts(cluster).length === 1
    ? [
        doubtful(
          subject,
          ['sessions'],
          'there is one Tomcat, and nobody whom it could tell of its sessions',
          'Leave it out, or add a realserver.',
        ),
      ]
    : []
}

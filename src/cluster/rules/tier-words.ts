import { vrrp } from '../vocabulary/vrrp.ts'
import { type Family, type Subject, type Wrong, wrong } from './subject.ts'
import { straight } from './tiers.ts'

/** Rules about words of a cluster that stands behind another one, which are of that one. */
export const tierWordRules = {
  'tier-word-vips': {
    severity: 'error',
    reason:
      'VIPs of the first tier lead to all machines of the second at once: one that moves among these would lead to one of them.',
    source: 'docs/inventory.md, backend: { cluster }',
    find: straight(vipsAreOfTheOneBefore),
  },
  'tier-word-idle': {
    severity: 'error',
    reason:
      'No keepalived moves VIPs among the machines of the second tier: what is said about that is said in the first.',
    source: 'docs/inventory.md, backend: { cluster }',
    find: straight(keepalivedIsOfTheOneBefore),
  },
} satisfies Family<'tier-word'>

function vipsAreOfTheOneBefore(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  if (cluster.front === undefined || settings.vips.length === 0) return []
  return [
    wrong(
      subject,
      ['vips'],
      `the cluster ${cluster.name} stands behind ${cluster.front}, whose VIPs lead to all its directors at once: one of its own would lead to one of them`,
      `Leave vips out; or leave backend.cluster out of ${cluster.front}, and both are clusters of their own.`,
    ),
  ]
}

/** Words about VIPs that move, or about what clients lose. */
function keepalivedIsOfTheOneBefore(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  const { front } = cluster
  if (front === undefined) return []
  const said = JSON.stringify(settings.vrrp) !== JSON.stringify(vrrp.parse({}))
  const idle: readonly (readonly PropertyKey[])[] = [
    ...(said ? [['vrrp']] : []),
    ...(['notify', 'protected', 'drills', 'drill_windows', 'max_outage'] as const)
      .filter((word) => settings[word] !== undefined)
      .map((word) => [word]),
    ...(['connection_sync', 'ipvsadm_rules'] as const).filter((word) => settings[word]).map((word) => [word]),
    ...(settings.extra.keepalived ? [['extra', 'keepalived']] : []),
    ...(settings.interface ? [['interface']] : []),
    ...(settings.source.keepalived ? [['source', 'keepalived']] : []),
  ]
  const why = `about VIPs and who holds them, and these are of the cluster ${front}, before ${cluster.name}`
  const next = `Write it in ${front}, or leave it out.`
  const ofHosts = subject.members.flatMap(({ name, director }) =>
    (['interface', 'vrrp_interface', 'priority', 'router_id', 'power', 'vips'] as const)
      .filter((word) => director?.[word] !== undefined)
      .map(
        (word): Wrong => ({
          severity: 'error',
          message: `${word} of ${name} is ${why}`,
          next: 'Leave it out.',
          host: name,
          path: ['director', word],
        }),
      ),
  )
  return [...idle.map((path) => wrong(subject, path, `${path.join('.')} is ${why}`, next)), ...ofHosts]
}
